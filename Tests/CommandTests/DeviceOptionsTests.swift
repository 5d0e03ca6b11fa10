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

  @Test(arguments: commands)
  func noPlatformAtAll(command: [String]) throws {
    let folder = try TemporaryFolder()
    try TinyData.write(to: folder.path + "/data")
    expectRefusal(
      try Gputrain.run(
        command, environment: ["OCL_ICD_VENDORS": "/nonexistent", "GPUTRAIN_DEVICE": nil],
        in: folder.path),
      69, "no OpenCL device found; install a driver")
    #expect(try folder.names() == ["data"])
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
    let text = try String(contentsOfFile: kernels + "/adam.cl", encoding: .utf8)
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    lines.insert("int broken(void) { return nonsense; }", at: 2)
    try AtomicFile.write(lines.joined(separator: "\n"), to: kernels + "/adam.cl")
    try TinyData.write(to: folder.path + "/data")
    let train = try Gputrain.run(
      RunFolderTests.options + ["--out", "run", "--kernel-dir", "kernels"], in: folder.path)
    for outcome in [try bench(kernels), train] {
      expectRefusal(outcome, 70, "a kernel does not build on ", "adam.cl:3:", "nonsense")
    }
    #expect(try folder.names() == ["data", "kernels"])
  }
}
