import Foundation
import GPUTensor
import Models

extension SelfTest {
  /// Before a first training: tests in short what `context` will train the model with, and leaves a note for those that
  /// follow with the same device, driver and kernels. A training's bits do not depend on it: it has its own memory.
  /// Nothing is compiled for it: the training's kernels are built.
  ///
  /// - Throws: `SelfTestFailure`; `OpenCLError`.
  static func passOnce(
    _ model: any GenerativeModel.Type, batch: Int, on context: Context
  ) throws {
    let identity = try TuningFile(model, on: context).with(context.tuning)
    let note = CacheNote("tested", of: try identity.jsonText())
    guard !note.exists else { return }
    let begin = ContinuousClock.now
    let test = try SelfTest(model, batch: batch, on: context, .short)
    try test.check("; nothing is trained, and gputrain selftest --model \(model.name) shows more")
    note.write()
    let seconds = String(format: "%.1f s", (.now - begin).seconds)
    StandardError.print(
      """
      self-test: \(test.results.count) operations are right\(test.isWhole ? "" : ", no time for more") (\(seconds))
      """)
  }
}
