import Files
import Foundation
import TestFiles
import Testing

/// `selftest`.
@Suite struct SelftestCommandTests {
  private static let command = ["selftest", "--model", "linear-vae", "--batch-size", "3"]

  @Test(arguments: ["register", "workgroup"])
  func everyOperationIsRight(family: String) throws {
    let outcome = try Gputrain.run(Self.command + ["--json", "--kernels", family])
    expectSuccess(outcome)
    let parsed = try JSONSerialization.jsonObject(with: Data(outcome.stdout.utf8))
    let test = try #require(parsed as? [String: Any])
    #expect(test["passes"] as? Bool == true && test["kernels"] as? String == family)
    let results = try #require(test["results"] as? [[String: Any]])
    let labels = results.compactMap { $0["label"] as? String }
    // Three passes of six layers, and what else a step does.
    #expect(labels.count == 18 + 5 && labels.contains("decoder.4.backward_weight"))
    for result in results {
      let error = try #require(result["error"] as? Double)
      #expect(error >= 0 && error <= 1e-5, "\(result)")
      #expect(try #require(result["checked"] as? Int) > 0)
    }
  }

  /// A wrong index, which compiles: the last row of a tile is another one.
  @Test(arguments: [
    (
      "register", "gemm.cl", "STORE(FINISH(part[i][j], aside + element, masks[j]), c + element);",
      "STORE(FINISH(part[i][j], aside + element, masks[j]), c + element % 500);"
    ),
    ("workgroup", "gemm_workgroup.cl", "b + (l) * n + column", "b + (l) / 2 * n + column"),
  ])
  func aWrongIndexIsFound(family: String, file: String, right: String, wrong: String) throws {
    let folder = try TemporaryFolder()
    let kernels = folder.path + "/kernels"
    try Kernels.write(to: kernels)
    let text = try String(contentsOfFile: "\(kernels)/\(file)", encoding: .utf8)
    #expect(text.contains(right))
    try AtomicFile.write(text.replacing(right, with: wrong), to: "\(kernels)/\(file)")
    let outcome = try Gputrain.run(
      Self.command + ["--kernels", family, "--kernel-dir", kernels])
    #expect(outcome.status == 70, "\(outcome)")
    let last = outcome.stderrLines.last ?? ""
    #expect(last.hasPrefix("gputrain: the self-test failed: ") && last.contains("(gemm_"))
    #expect(outcome.stdout.contains("  WRONG\n"))
    #expect(outcome.stdoutLines.allSatisfy { $0.count <= 100 })
  }

  @Test func optionsThatMakeNoSense() throws {
    expectUsageError(try Gputrain.run(["selftest", "--model", "vae"]), "--model")
    expectUsageError(try Gputrain.run(["selftest", "--batch-size", "0"]), "--batch-size")
    expectRefusal(
      try Gputrain.run(Self.command + ["--kernels", "workgroup", "--convolution", "winograd"]), 64,
      "--convolution winograd needs --kernels register")
  }
}
