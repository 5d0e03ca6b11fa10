import Foundation
import GPUTensor
import GenerativeModels

extension SelfTest {
  /// Before a first training with batches of this size: tests in short what `context` will train the model with, and
  /// leaves a note for those that follow with the same device, driver and kernels. Where there was no time for all, the
  /// notes say which parts are done, and the next training begins with the others: a slow device tests some before each
  /// of its first trainings. A training's bits do not depend on it: it has its own memory. Nothing is compiled for it:
  /// the training's kernels are built.
  ///
  /// - Throws: `SelfTestFailure`; `OpenCLError`.
  static func passOnce(
    _ model: any GenerativeModel, batch: Int, on context: Context
  ) throws {
    let ways = context.usualWays.merging(context.tuning) { $1 }
    let identity = try TuningFile(model, on: context).with(ways).jsonText()
    func note(_ part: String) -> CacheNote {
      CacheNote("tested", of: identity, "batch \(batch)", part)
    }
    let whole = note("all parts")
    guard !whole.exists else { return }
    let begin = ContinuousClock.now
    let test = try SelfTest(model, batch: batch, on: context, .short()) { note($0).exists }
    var command = ["gputrain", "selftest", "--model", model.name]
    if case .folder(let folder) = context.kernelSources {
      command += commandWords("--kernel-dir", folder)
    }
    try test.check("; nothing is trained, and \(shellCommand(command)) shows more")
    for note in test.isWhole ? [whole] : test.parts.map(note) { note.write() }
    let seconds = String(format: "%.1f s", (.now - begin).seconds)
    StandardError.print(
      """
      self-test: \(test.results.count) operations are right\
      \(test.isWhole ? "" : ", the others are tested before the next training") (\(seconds))
      """)
  }
}
