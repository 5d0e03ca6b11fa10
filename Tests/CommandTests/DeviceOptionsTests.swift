import Files
import Foundation
import TestFiles
import Testing

/// Devices and kernels that cannot be used.
@Suite struct DeviceOptionsTests {
  static let commands = [
    ["devices"], ["bench", "linear-vae"],
    ["train", "linear-vae", "--dataset", "./data", "--batch-size", "8", "--out", "run"],
  ]

  @Test(arguments: commands)
  func aDeviceThatDoesNotExist(command: [String]) throws {
    let folder = try TemporaryFolder()
    try TinyData.write(to: folder.path + "/data")
    let text = "no OpenCL device matches 'no such'; there are: 0:0 "
    for (options, environment) in [
      (["--device", "no such"], [:]), ([], ["GPUTRAIN_DEVICE": "no such"]),
    ] {
      expectRefusal(
        try Gputrain.run(command + options, environment: environment, in: folder.path), 69, text)
    }
    #expect(try folder.names() == ["data"])
  }

  /// A resumed run takes its own device only if neither the option nor the variable names one.
  @Test func aResumedRunTakesTheRequestedDevice() throws {
    let run = try TrainedRun.get()
    let before = try tree(run.path)
    func resume(_ options: [String], _ device: String?) throws -> Gputrain.Outcome {
      try Gputrain.run(
        ["train", "linear-vae", "--resume", "--out", run.path] + options,
        environment: ["GPUTRAIN_DEVICE": device], in: run.parent)
    }
    let text = "no OpenCL device matches 'no such'; there are: 0:0 "
    expectRefusal(try resume([], "no such"), 69, text)
    expectRefusal(try resume(["--device", "no such"], "cpu"), 69, text)
    for (options, device) in [([], nil), ([], ""), ([], "0:0"), (["--device", "0:0"], "no such")] {
      let outcome = try resume(options, device)
      expectSuccess(outcome)
      #expect(outcome.stderr.contains("complete already: 2 epochs"))
    }
    #expect(try tree(run.path) == before)
  }

  /// Of two devices of one name, a resumed run takes the one in the same place. Without places, it
  /// takes the one with the same index.
  @Test(.enabled(if: Gputrain.runsOnPOCL))
  func devicesOfOneNameAreToldApart() throws {
    let folder = try TemporaryFolder()
    try TinyData.write(to: folder.path + "/data")
    func run(_ arguments: [String], buses: [Int]?) throws -> Gputrain.Outcome {
      let places = try buses.map(FaultyDriver.environment(buses:)) ?? [:]
      let outcome = try Gputrain.run(
        arguments, environment: places.merging(["POCL_DEVICES": "pthread pthread"]) { $1 },
        in: folder.path)
      expectSuccess(outcome)
      return outcome
    }
    let train = ["train", "linear-vae", "--out", "run"]
    let options = ["--dataset", "./data", "--batch-size", "8", "--epochs", "1"]
    let first = try run(train + options + ["--device", "04:03.1"], buses: [7, 4])
    #expect(first.stderr.hasPrefix("device: 0:1 "))
    #expect(try run(["devices"], buses: [7, 4]).stdout.contains("  place     0000:07:03.1\n"))
    for (buses, device) in [([4, 7], "0:0"), ([7, 4], "0:1"), (nil, "0:1"), ([5, 6], "0:1")] {
      let resumed = try run(train + ["--resume"], buses: buses)
      #expect(resumed.stderr.hasPrefix("device: \(device) "), "\(resumed)")
    }
  }

  @Test(arguments: commands)
  func noPlatformAtAll(command: [String]) throws {
    let folder = try TemporaryFolder()
    try TinyData.write(to: folder.path + "/data")
    let vendors = folder.path + "/missing"
    expectRefusal(
      try run(command, vendors: vendors, in: folder), 69,
      "no OpenCL device found: OCL_ICD_VENDORS=\(vendors) cannot be loaded ",
      "(\(vendors): cannot open ",
      "; install a driver (for a CPU: apt-get install pocl-opencl-icd; ")
    #expect(try folder.names() == ["data"])
  }

  private func run(
    _ command: [String], vendors: String, _ environment: [String: String?] = [:],
    in folder: TemporaryFolder
  ) throws -> Gputrain.Outcome {
    try Gputrain.run(
      command,
      environment: ["OCL_ICD_VENDORS": vendors, "GPUTRAIN_DEVICE": nil].merging(environment) { $1 },
      in: folder.path)
  }

  /// The line gives the reason for each driver that is registered and offers no device.
  @Test(arguments: commands)
  func driversWithoutDevices(command: [String]) throws {
    let folder = try TemporaryFolder()
    try TinyData.write(to: folder.path + "/data")
    let vendors = folder.path + "/vendors"
    try createFolder(vendors)
    expectRefusal(
      try run(command, vendors: vendors, in: folder), 69,
      "no OpenCL device found: no driver is registered in OCL_ICD_VENDORS=\(vendors); install a")
    try AtomicFile.write("libnosuch.so\n", to: vendors + "/a.icd")
    try AtomicFile.write("", to: vendors + "/b.icd")
    try AtomicFile.write("libz.so.1\n", to: vendors + "/c.icd")
    expectRefusal(
      try run(command, vendors: vendors, in: folder), 69,
      "no OpenCL device found: \(vendors)/a.icd (libnosuch.so) cannot be loaded ",
      "(libnosuch.so: cannot open ",
      "; \(vendors)/b.icd cannot be loaded (no library can be read from it): ",
      "; \(vendors)/c.icd (libz.so.1) is not an OpenCL driver; install a driver (")
    expectRefusal(
      try run(command, vendors: vendors + "/a.icd", in: folder), 69,
      "no OpenCL device found: \(vendors)/a.icd (libnosuch.so) cannot be loaded (")
    #expect(try folder.names() == ["data", "vendors"])
  }

  /// POCL offers no device if it cannot keep compiled kernels.
  @Test(arguments: [
    ("XDG_CACHE_HOME", "gputrain-\(getuid())"), ("POCL_CACHE_DIR", ".cache/gputrain/pocl"),
  ]) func aCacheFolderThatDoesNotServe(variable: String, next: String) throws {
    let folder = try TemporaryFolder()
    var environment: [String: String?] = [
      "HOME": folder.path, "XDG_CACHE_HOME": nil, "POCL_CACHE_DIR": nil, "TMPDIR": folder.path,
    ]
    environment[variable] = "/dev/null"
    expectSuccess(try Gputrain.run(["devices"], environment: environment, in: folder.path))
    var status = stat()
    #expect(stat("\(folder.path)/\(next)", &status) == 0 && status.st_mode & 0o777 == 0o700)
  }

  /// The loader takes a whole line, with its carriage return, for the library's name.
  @Test func aFileOfADriverFromWindows() throws {
    let folder = try TemporaryFolder()
    let vendors = folder.path + "/vendors"
    try createFolder(vendors)
    try AtomicFile.write("libpocl.so.2\r\n", to: vendors + "/pocl.icd")
    expectRefusal(
      try run(["devices"], vendors: vendors, in: folder), 69,
      "\(vendors)/pocl.icd (libpocl.so.2) cannot be loaded (its line begins or ends with ")
  }

  @Test(.enabled(if: exists("/etc/OpenCL/vendors/pocl.icd")))
  func aDriverThatIsNamedTwice() throws {
    let folder = try TemporaryFolder()
    let vendors = folder.path + "/vendors"
    try createFolder(vendors)
    let icd = try String(contentsOfFile: "/etc/OpenCL/vendors/pocl.icd", encoding: .utf8)
    for name in ["a", "b"] { try AtomicFile.write(icd, to: "\(vendors)/\(name).icd") }
    let outcome = try run(["devices"], vendors: vendors, in: folder)
    expectSuccess(outcome)
    #expect(outcome.stdout.contains("platform 1 is left out: it offers 0:0 again"))
    #expect(!outcome.stdout.contains("1:0"))
  }

  /// POCL's driver loads, and offers nothing by a setting.
  @Test(.enabled(if: exists("/etc/OpenCL/vendors/pocl.icd")))
  func aDriverThatSeesNoDevice() throws {
    let folder = try TemporaryFolder()
    expectRefusal(
      try run(["devices"], vendors: "pocl.icd", ["POCL_DEVICES": "none"], in: folder), 69,
      "no OpenCL device found: /etc/OpenCL/vendors/pocl.icd (libpocl.so.", ") loads, but offers no")
  }

  /// A platform that fails leaves the devices of the others. It is named only if there are none.
  @Test(.enabled(if: exists("/etc/OpenCL/vendors/pocl.icd")))
  func aPlatformThatFails() throws {
    let folder = try TemporaryFolder()
    var environment = try FaultyDriver.environment(brokenPlatform: -6)
    let outcome = try Gputrain.run(Self.commands[1] + ["--steps", "1"], environment: environment)
    expectSuccess(outcome)
    environment["OCL_ICD_VENDORS"] = "pocl.icd"
    environment["POCL_DEVICES"] = "none"
    expectRefusal(
      try Gputrain.run(["devices"], environment: environment, in: folder.path), 69,
      "clGetDeviceIDs (Broken) failed: CL_OUT_OF_HOST_MEMORY")
  }

  private func bench(_ kernels: String) throws -> Gputrain.Outcome {
    try Gputrain.run(
      ["bench", "linear-vae", "--steps", "1", "--batch-size", "1", "--kernel-dir", kernels])
  }

  @Test func aFolderOfKernelsThatIsMissingOrEmpty() throws {
    let folder = try TemporaryFolder()
    expectRefusal(try bench(folder.path + "/no"), 65, "--kernel-dir \(folder.path)/no is not a")
    expectRefusal(try bench(folder.path), 65, "cannot read the kernel file \(folder.path)/")
    try AtomicFile.write("x", to: folder.path + "/file")
    expectRefusal(try bench(folder.path + "/file"), 65, "file is not a folder")
  }

  @Test func aKernelThatDoesNotBuildIsNamedWithItsLine() throws {
    let folder = try TemporaryFolder()
    let kernels = folder.path + "/kernels"
    try Kernels.write(to: kernels)
    let text = try String(contentsOfFile: kernels + "/common/adam.cl", encoding: .utf8)
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    lines.insert("int broken(void) { return nonsense; }", at: 2)
    try AtomicFile.write(lines.joined(separator: "\n"), to: kernels + "/common/adam.cl")
    try TinyData.write(to: folder.path + "/data")
    let train = try Gputrain.run(
      RunFolderTests.options + ["--out", "run", "--kernel-dir", "kernels"], in: folder.path)
    for outcome in [try bench(kernels), train] {
      expectRefusal(outcome, 70, "a kernel does not build on ", "adam.cl:3:", "nonsense")
    }
    #expect(try folder.names() == ["data", "kernels"])
  }
}
