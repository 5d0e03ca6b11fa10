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
    // 12 parameters, a training step, and what differs in validation and in its last batch of one.
    #expect(labels.count == 12 + 24 + 4 + 10 && labels.contains("decoder.4.backward_weight"))
    #expect(labels.contains("decoder.4.forward, last batch of validation"))
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
    try TinyModel.write(to: folder)
    let outcome = try Gputrain.run(
      [
        "selftest", "--model", TinyModel.file, "--batch-size", "3", "--kernels", family,
        "--kernel-dir", kernels,
      ], in: folder.path)
    #expect(outcome.status == 70, "\(outcome)")
    let last = outcome.stderrLines.last ?? ""
    #expect(last.hasPrefix("gputrain: the self-test failed: ") && last.contains("(gemm_"))
    #expect(outcome.stdout.contains("  WRONG\n"))
    #expect(outcome.stdoutLines.allSatisfy { $0.count <= 100 })
  }

  /// A mistake at one place of a step. `scripts/test-selftest` plants one in every kernel file.
  @Test(arguments: [
    // The discriminator in the generator's update, on one batch; the short last batch of 60,000
    // images.
    ("linear-gan", 3, "gemm.cl", wrongForThree.right, wrongForThree.wrong, ", G step (gemm_nn)"),
    (
      TinyModel.file, 7, "gemm.cl", wrongForThree.right, wrongForThree.wrong,
      ", last batch (gemm_nn)"
    ),
  ])
  func aSingleMistakeIsFound(
    model: String, batch: Int, file: String, right: String, wrong: String, operation: String
  ) throws {
    let folder = try TemporaryFolder()
    let kernels = folder.path + "/kernels"
    try Kernels.write(to: kernels, in: file, replacing: right, by: wrong)
    try TinyModel.write(to: folder)
    let outcome = try Gputrain.run(
      [
        "selftest", "--model", model, "--batch-size", "\(batch)", "--kernels", "register",
        "--kernel-dir", kernels,
      ], in: folder.path)
    #expect(outcome.status == 70, "\(outcome)")
    let last = outcome.stderrLines.last ?? ""
    #expect(
      last.hasPrefix("gputrain: the self-test failed: ") && last.contains(operation), "\(last)")
  }

  /// Of three rows, the last is left out.
  private static let wrongForThree = (
    right: "multiply_strip(false, counter, m, ",
    wrong: "multiply_strip(false, counter, m == 3 ? 2 : m, "
  )

  /// The last row of a tile is a wrong one.
  private static let registerIndex = (
    right: "STORE(FINISH(part[i][j], aux + element, masks[j]), c + element);",
    wrong: "STORE(FINISH(part[i][j], aux + element, masks[j]), c + element % 500);"
  )

  @Test func wrongOptionsAreRefused() throws {
    expectUsageError(
      try Gputrain.run(["selftest", "--model", "vae"]), "'vae' is neither a built-in model")
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

  @Test(arguments: ["linear-gan", "dcgan", "linear-vae"])
  func aFirstTrainingTestsItsKernels(model: String) throws {
    let folder = try TemporaryFolder()
    let first = try train(model, "--out", "first", in: folder)
    expectSuccess(first)
    let line = try #require(first.stderrLines.first { $0.hasPrefix("self-test passed: ") })
    #expect(line.contains(" operations match float64"), "\(line)")
    let second = try train(model, "--out", "second", in: folder)
    expectSuccess(second)
    #expect(second.stderr.contains("self-test") == line.contains("the rest"))
    let checkpoints = try ["first", "second"].map {
      try readFile(
        path: "\(folder.path)/\($0)/checkpoints/last.safetensors", maximumBytes: 1 << 26)
    }
    #expect(checkpoints[0] == checkpoints[1])
    guard model == "linear-vae" else { return }
    // Another loss has another kernel.
    let other = try train(model, "--out", "third", "--likelihood", "gaussian", in: folder)
    expectSuccess(other)
    #expect(other.stderr.contains("self-test passed: "))
  }

  /// The meter's test takes all of the time, so the operations of validation come later. An epoch
  /// of one step has no batch 1, so training is fast.
  @Test func operationsLeftOutAreTestedBeforeTheNextTraining() throws {
    let folder = try TemporaryFolder()
    try Kernels.write(
      to: folder.path + "/kernels", in: "meter.cl", replacing: "float batch = 0.0f;",
      by: """
        float batch = 0.0f, idle = 1.0f;
        if (get_global_id(0) == 0 && state->batch == 1)
          for (uint i = 0; i < 1u << 30; ++i) idle = fma(idle, 0.5f, 1.0f);
        if (idle > 3.0f) batch = idle;
        """)
    try TinyModel.write(to: folder)
    let lines = try ["first", "second"].map { run in
      let outcome = try train(
        TinyModel.file, "--limit", "2", "--kernel-dir", "kernels", "--out", run, in: folder)
      expectSuccess(outcome)
      return outcome.stderrLines.first { $0.hasPrefix("self-test passed: ") }
    }
    #expect(lines[0]?.contains(", the rest is tested before the next training (") == true)
    #expect(lines[1] != nil && lines[0] != lines[1], "\(lines)")
  }

  @Test func aTrainingDoesNotBeginWithAWrongIndex() throws {
    let folder = try TemporaryFolder()
    let (right, wrong) = Self.registerIndex
    try Kernels.write(to: folder.path + "/kernels", in: "gemm.cl", replacing: right, by: wrong)
    try TinyModel.write(to: folder)
    for _ in 0..<2 {
      let outcome = try train(
        TinyModel.file, "--kernels", "register", "--kernel-dir", "kernels", "--out", "run",
        in: folder)
      expectRefusal(
        outcome, 70, "the self-test failed: ", "(gemm_n",
        "gputrain selftest --model \(TinyModel.file)")
      // Not every driver leaves something in the cache.
      #expect(
        try folder.names().filter { $0 != "cache" } == ["data", "kernels", TinyModel.file])
    }
  }
}
