import Foundation
import GPUTensor
import GenerativeModels

extension SelfTest {
  /// Runs the short self-test of a training's operations, unless a note says that the same model,
  /// batch size, device, driver and kernels have passed it. Leaves such a note.
  ///
  /// If there is no time for all operations, the note says how far the test came, and the next
  /// training continues there: a slow device tests some before each of its first trainings. The
  /// test has its own memory, so a training's bits do not depend on it. It compiles nothing: the
  /// trainer is compiled.
  ///
  /// - Throws: `SelfTestFailure`; `OpenCLError`; `EncodingError`.
  static func passOnce(
    _ trainer: any Trainer, of plan: RunPlan, on context: Context
  ) throws {
    let variants = context.defaultVariants.merging(context.tuning) { $1 }
    let (model, batch) = (plan.model, plan.options.batchSize)
    // A model of the user's own may have changed under its name.
    let own = try model.ownDescription?.json() ?? ""
    // An option of `train` changes the loss, and with it a kernel; so do streaming and shards.
    let loss = plan.options.likelihood == .bernoulli ? "" : plan.options.likelihood.rawValue
    let place = trainer.training.store.isStreamed ? "streamed" : ""
    let shards = plan.options.shards == 1 ? "" : "\(plan.options.shards) shards"
    let identity =
      try TuningFile(model, on: context).with(variants).jsonText() + own + loss + place
      + shards
    let lists = trainer.namedLists
    let count = lists.reduce(0) { $0 + $1.list.operations.count }
    func note(_ done: Int) -> CacheNote {
      CacheNote("tested", of: identity, "batch \(batch)", "\(done) of \(count) operations")
    }
    let done = (1...count).last { note($0).exists } ?? 0
    guard done < count else { return }
    let begin = ContinuousClock.now
    let test = try SelfTest(model.name, lists, on: context, .short(), from: done)
    var command = ["gputrain", "selftest", "--model", plan.modelArgument]
    if case .folder(let folder) = context.kernelSources {
      command += commandWords("--kernel-dir", folder)
    }
    try test.check("; nothing is trained, and \(shellCommand(command)) shows more")
    note(test.done).write()
    let seconds = String(format: "%.1f s", (.now - begin).seconds)
    StandardError.print(
      """
      self-test passed: \(test.results.count) operations match float64\
      \(test.isWhole ? "" : ", the rest is tested before the next training") (\(seconds))
      """)
  }
}
