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
    // Three passes of six layers, but for the gradient in the images, and what else a step does.
    #expect(labels.count == 17 + 5 && labels.contains("decoder.4.backward_weight"))
    for result in results {
      let error = try #require(result["error"] as? Double)
      #expect(error >= 0 && error <= 1e-5, "\(result)")
      #expect(try #require(result["checked"] as? Int) > 0)
    }
  }

  /// A wrong index, which compiles.
  @Test(arguments: [
    ("register", "gemm.cl", registerIndex.right, registerIndex.wrong),
    ("workgroup", "gemm_workgroup.cl", "b + (l) * n + column", "b + (l) / 2 * n + column"),
  ])
  func aWrongIndexIsFound(family: String, file: String, right: String, wrong: String) throws {
    let folder = try TemporaryFolder()
    let kernels = folder.path + "/kernels"
    try Kernels.write(to: kernels, in: file, replacing: right, by: wrong)
    let outcome = try Gputrain.run(
      Self.command + ["--kernels", family, "--kernel-dir", kernels])
    #expect(outcome.status == 70, "\(outcome)")
    let last = outcome.stderrLines.last ?? ""
    #expect(last.hasPrefix("gputrain: the self-test failed: ") && last.contains("(gemm_"))
    #expect(outcome.stdout.contains("  WRONG\n"))
    #expect(outcome.stdoutLines.allSatisfy { $0.count <= 100 })
  }

  /// The last row of a tile is another one.
  private static let registerIndex = (
    right: "STORE(FINISH(part[i][j], aside + element, masks[j]), c + element);",
    wrong: "STORE(FINISH(part[i][j], aside + element, masks[j]), c + element % 500);"
  )

  @Test func optionsThatMakeNoSense() throws {
    expectUsageError(try Gputrain.run(["selftest", "--model", "vae"]), "--model")
    expectUsageError(try Gputrain.run(["selftest", "--batch-size", "0"]), "--batch-size")
    expectRefusal(
      try Gputrain.run(Self.command + ["--kernels", "workgroup", "--convolution", "winograd"]), 64,
      "--convolution winograd needs --kernels register")
  }

  /// A training whose kernels were never tested, on two images a step.
  private func train(_ model: String, _ more: String..., in folder: TemporaryFolder) throws
    -> Gputrain.Outcome
  {
    try TinyData.write(to: folder.path + "/data", changing: TinyData.trainFiles(4))
    return try Gputrain.run(
      ["train", model, "--dataset", "./data", "--epochs", "1", "--batch-size", "2"] + more,
      environment: Gputrain.environment(cache: folder.path + "/cache"), in: folder.path)
  }

  /// Three passes of each layer but for the gradient in the first one's input, where nothing asks for it, and what else a
  /// step does.
  @Test(arguments: [
    ("linear-gan", 12 + 11 + 4), ("dcgan", 15 + 14 + 4), ("linear-vae", 9 + 8 + 5),
    ("conv-vae", 15 + 14 + 5),
  ])
  func aFirstTrainingTestsItsKernels(model: String, operations: Int) throws {
    let folder = try TemporaryFolder()
    let first = try train(model, "--out", "first", in: folder)
    expectSuccess(first)
    let line = try #require(first.stderrLines.first { $0.hasPrefix("self-test: ") })
    // A busy machine may have no time for all.
    #expect(
      line.hasPrefix("self-test: \(operations) operations are right (")
        || line.contains("operations are right, no time for more ("), "\(line)")
    let second = try train(model, "--out", "second", in: folder)
    expectSuccess(second)
    #expect(!second.stderr.contains("self-test"))
    let checkpoints = try ["first", "second"].map {
      try readFile(
        path: "\(folder.path)/\($0)/checkpoints/last.safetensors", maximumBytes: 1 << 26)
    }
    #expect(checkpoints[0] == checkpoints[1])
  }

  @Test func aTrainingDoesNotBeginWithAWrongIndex() throws {
    let folder = try TemporaryFolder()
    let (right, wrong) = Self.registerIndex
    try Kernels.write(to: folder.path + "/kernels", in: "gemm.cl", replacing: right, by: wrong)
    for _ in 0..<2 {
      let outcome = try train(
        "linear-vae", "--kernels", "register", "--kernel-dir", "kernels", "--out", "run",
        in: folder)
      expectRefusal(
        outcome, 70, "the self-test failed: ", "(gemm_n", "gputrain selftest --model linear-vae")
      // Not every driver leaves something in the cache.
      #expect(try folder.names().filter { $0 != "cache" } == ["data", "kernels"])
    }
  }
}
