import GenerativeModels
import Reports

/// Shows a run on the terminal while it trains: a bar, a line for each epoch, and each warning
/// once.
final class RunProgress {
  private let bar = ProgressBar(write: { StandardError.write($0) })
  private let plan: RunPlan
  private let trainer: any Trainer
  /// The warnings that were printed, those before a resume included.
  var warnings: Set<TrainingWarning> = []

  init(_ plan: RunPlan, _ trainer: any Trainer) {
    self.plan = plan
    self.trainer = trainer
  }

  /// Removes the bar, so that a line can be printed in its place.
  func clear() { bar.clear() }

  /// Redraws the bar if it is due, after `progress.step` steps of an epoch.
  ///
  /// - Parameters:
  ///   - first: The step of the epoch that this process began with, `seconds` ago.
  func update(_ progress: EpochProgress, in epoch: Int, since first: Int, seconds: () -> Double) {
    guard bar.isDue() else { return }
    let seconds = seconds()
    let part = Double(progress.step - first) / Double(progress.steps)
    let done = Double(progress.step) / Double(progress.steps)
    let epochsLeft = Double(plan.settings.epochs - epoch)
    bar.update(
      ProgressLine(
        epoch: epoch, epochs: plan.settings.epochs, fraction: done,
        losses: Array(zip(trainer.lossNames, progress.losses)),
        imagesPerSecond: Double(progress.images - first * plan.settings.batchSize) / seconds,
        secondsLeft: seconds / part * (1 - done + epochsLeft)))
  }

  /// Prints an epoch's line.
  func finish(_ result: EpochResult) {
    bar.finishEpoch(
      ProgressLine(
        epoch: result.epoch, epochs: plan.settings.epochs, fraction: 1,
        losses: Array(zip(trainer.metricNames, result.metrics)),
        imagesPerSecond: result.imagesPerSecond,
        secondsLeft: result.seconds * Double(plan.settings.epochs - result.epoch)))
  }

  /// Prints a warning, unless it or a graver one was printed before.
  func warn(_ warning: TrainingWarning?, in epoch: Int) {
    guard let warning, !warnings.contains(where: { $0 == warning || $0 == warning.graver }) else {
      return
    }
    warnings.insert(warning)
    let remedy = warning.presetThatHelps.flatMap { preset in
      plan.options.wouldChange(by: preset, of: plan.model) ? preset : nil
    }
    StandardError.print(
      "warning: epoch \(epoch): \(warning)" + (remedy.map { ", or --preset \($0.rawValue)" } ?? ""))
  }
}

/// The result of an epoch.
struct EpochResult {
  /// Its number, from 1.
  let epoch: Int
  /// The values of the trainer's `metricNames`.
  let metrics: [Double]
  /// The time of training and validation.
  let seconds: Double
  /// The speed of training alone.
  let imagesPerSecond: Double
}
