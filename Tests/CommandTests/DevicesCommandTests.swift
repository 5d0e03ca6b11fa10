import Files
import Foundation
import TestFiles
import Testing

/// `devices`.
@Suite struct DevicesCommandTests {
  @Test func listsTheDevicesAndMarksTheChosenOne() throws {
    let outcome = try Gputrain.run(["devices"])
    expectSuccess(outcome)
    #expect(outcome.stderr == "")
    let heads = outcome.stdoutLines.filter { $0.wholeMatch(of: /[* ] \d+:\d+  \w+  .+/) != nil }
    #expect(!heads.isEmpty)
    #expect(heads.filter { $0.hasPrefix("* ") }.count == 1)
    for fact in ["platform", "language", "memory", "compute"] {
      #expect(outcome.stdoutLines.filter { $0.hasPrefix("       \(fact) ") }.count == heads.count)
    }
    #expect(!outcome.stdout.contains("\u{1B}"))
  }

  @Test func marksWhatAnOptionOrTheEnvironmentAsksFor() throws {
    expectSuccess(try Gputrain.run(["devices", "--device", "0:0"]))
    let outcome = try Gputrain.run(["devices"], environment: ["GPUTRAIN_DEVICE": "0:0"])
    #expect(outcome.stdoutLines.contains { $0.hasPrefix("* 0:0  ") })
    #expect(outcome.stdoutLines.last == "Using 0:0 (CPU): GPUTRAIN_DEVICE=0:0 asks for it")
  }

  /// Platforms and drivers that cannot be used are listed below the devices.
  @Test(.enabled(if: exists("/etc/OpenCL/vendors")))
  func namesAPlatformThatFailsAndADriverThatDoesNotLoad() throws {
    let folder = try TemporaryFolder()
    let registered = try FileManager.default.contentsOfDirectory(atPath: "/etc/OpenCL/vendors")
    for file in registered where file.hasSuffix(".icd") {
      try AtomicFile.write(
        readFile(path: "/etc/OpenCL/vendors/\(file)", maximumBytes: 4096),
        to: "\(folder.path)/\(file)")
    }
    try AtomicFile.write("libnosuch.so\n", to: folder.path + "/nosuch.icd")
    var environment = try FaultyDriver.environment(brokenPlatform: -6)
    environment["OCL_ICD_VENDORS"] = folder.path
    environment["GPUTRAIN_DEVICE"] = .some(nil)
    let outcome = try Gputrain.run(["devices"], environment: environment)
    expectSuccess(outcome)
    let lines = outcome.stdoutLines
    #expect(lines.filter { $0.hasPrefix("* 1:") }.count == 1)
    #expect(
      lines.contains {
        $0.hasPrefix("platform 0 cannot be used: clGetDeviceIDs (Broken) failed: CL_OUT_OF_HOST_")
      })
    #expect(
      lines.contains {
        $0.hasPrefix("  \(folder.path)/nosuch.icd (libnosuch.so) cannot be loaded (libnosuch.so: ")
      })
    #expect(
      lines.contains { $0.hasPrefix("  \(folder.path)/") && $0.hasSuffix(") offers 1 device") })
  }

  @Test func worksWithoutAHome() throws {
    let environment: [String: String?] = ["HOME": nil, "XDG_CACHE_HOME": nil]
    expectSuccess(try Gputrain.run(["devices"], environment: environment))
    expectSuccess(try Gputrain.run(["data", "list"], environment: environment))
  }

  @Test func oneJSONObjectHasWhatTheTextHas() throws {
    let outcome = try Gputrain.run(["devices", "--json"])
    expectSuccess(outcome)
    let object = try JSONSerialization.jsonObject(with: Data(outcome.stdout.utf8))
    let listing = try #require(object as? [String: Any])
    let devices = try #require(listing["devices"] as? [[String: Any]])
    let chosen = try #require(
      devices.first { $0["index"] as? String == listing["chosen"] as? String })
    #expect((chosen["memory_bytes"] as? Int ?? 0) > 1 << 20)
    #expect((listing["reason"] as? String)?.isEmpty == false)
    let text = try Gputrain.run(["devices"]).stdout
    #expect(text.contains(try #require(chosen["name"] as? String)))
  }
}
