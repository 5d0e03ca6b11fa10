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

  @Test func whatAHelperIsToldMayBeDamaged() throws {
    let outcome = try Gputrain.run(["warmup"], shell: #"echo '{"variants": 3}' | "$@""#)
    expectRefusal(outcome, 65, "standard input")
  }
}
