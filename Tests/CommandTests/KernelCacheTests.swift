import Files
import Foundation
import TestFiles
import Testing

/// First runs, whose kernels helpers compile.
@Suite struct KernelCacheTests {
  /// POCL alone gains by helpers: it compiles kernels one after the other, and at their first launch.
  private static let isNeeded: Bool = {
    let devices = try? Gputrain.run(["devices"])
    return devices?.stdout.contains("Portable Computing Language") == true
  }()

  @Test(.enabled(if: isNeeded)) func helpersFillTheDriversCache() throws {
    let folder = try TemporaryFolder()
    func bench() throws -> Gputrain.Outcome {
      try Gputrain.run(
        ["bench", "linear-vae", "--steps", "1", "--batch-size", "4"],
        environment: [
          "XDG_CACHE_HOME": folder.path, "POCL_CACHE_DIR": "\(folder.path)/pocl", "POCL_DEBUG": nil,
        ])
    }
    func files(below place: String) -> [String] {
      let all = FileManager.default.enumerator(atPath: "\(folder.path)/\(place)")?.allObjects
      return (all as? [String] ?? []).sorted()
    }
    let first = try bench()
    expectSuccess(first)
    // Helpers say nothing.
    #expect(first.stderrLines.count == 1)
    let notes = files(below: "gputrain/compiled")
    #expect(notes.count == 1)
    let compiled = files(below: "pocl").filter { $0.hasSuffix(".so") }
    #expect(compiled.count >= 10)
    // The second run finds all that it needs.
    expectSuccess(try bench())
    #expect(files(below: "gputrain/compiled") == notes)
    #expect(files(below: "pocl").filter { $0.hasSuffix(".so") } == compiled)
  }

  /// However the program ends: not even SIGKILL leaves a helper.
  @Test(.enabled(if: isNeeded), arguments: [SIGTERM, SIGKILL])
  func noHelperIsLeft(signal: Int32) throws {
    let folder = try TemporaryFolder()
    func words(_ path: String) -> [Substring] {
      let bytes = FileManager.default.contents(atPath: path) ?? Data()
      return String(decoding: bytes, as: UTF8.self).split { " \n\0".contains($0) }
    }
    var helpers: [Substring] = []
    _ = try Gputrain.run(
      ["bench", "linear-vae", "--steps", "1", "--batch-size", "4"],
      environment: ["XDG_CACHE_HOME": folder.path, "POCL_CACHE_DIR": "\(folder.path)/pocl"],
      in: folder.path, shell: #"echo $$ >pid; exec "$@""#, signals: [signal],
      interrupt: {
        guard let id = words(folder.path + "/pid").first else { return false }
        helpers = words("/proc/\(id)/task/\(id)/children")
          .filter { words("/proc/\($0)/cmdline").contains("warmup") }
        return helpers.count > 1
      })
    #expect(helpers.count > 1)
    let deadline = Date(timeIntervalSinceNow: 2)
    func isLeft(_ id: Substring) -> Bool { words("/proc/\(id)/cmdline").contains("warmup") }
    while helpers.contains(where: isLeft), Date() < deadline { usleep(10_000) }
    #expect(!helpers.contains(where: isLeft))
  }

  @Test func whatAHelperIsToldMayBeDamaged() throws {
    let outcome = try Gputrain.run(["warmup"], shell: #"echo '{"variants": 3}' | "$@""#)
    expectRefusal(outcome, 65, "standard input")
  }
}
