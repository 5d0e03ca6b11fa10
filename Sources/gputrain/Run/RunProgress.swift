import GenerativeModels
import Reports

/// Shows a run on the terminal while it trains: a bar, a line for each epoch, each warning once,
/// and the end.
final class RunProgress {
  private let bar = ProgressBar(write: StandardError.draw)
  private let plan: RunPlan
  private let trainer: any Trainer
  private var table: EpochTable
  private var last: EpochResult?
  /// The warnings that were printed, those before a resume included.
  var warnings: Set<TrainingWarning> = []

  init(_ plan: RunPlan, _ trainer: any Trainer) {
    self.plan = plan
    self.trainer = trainer
    table = EpochTable(
      metricNames: trainer.metricNames, epochs: plan.settings.epochs, after: CSVTable(header: []))
  }

  /// Prints what will be trained, and how.
  func describe(_ folder: RunFolder) {
    let sizes = trainer.networks.map { ($0.key, $0.value.parameterCount) }
    let parts = sizes.map { "\($0) \($1.grouped)" }.joined(separator: ", ")
    StandardError.print(
      "model: \(plan.model.name), \(sizes.map(\.1).reduce(0, +).grouped) parameters (\(parts))")
    let memory = plan.context.memory.current >> 20
    StandardError.print(
      """
      run: \(folder.path), \(plan.settings.epochs) × \(plan.steps) steps of \
      \(plan.settings.batchSize) images, \(memory.grouped) MiB on the device
      """)
    for (kind, bytes) in plan.context.memory.kinds.sorted(by: { $0.value > $1.value }) {
      StandardError.detail("memory: \(kind.rawValue) \((bytes >> 10).grouped) KiB")
    }
    let variants = trainer.training.step.variants
    for (operation, names) in variants.sorted(by: { $0.key < $1.key }) {
      let chosen = plan.context.tuning[operation] ?? names.first ?? ""
      StandardError.detail("kernel: \(operation): \(chosen)")
    }
  }

  /// Continues after the epochs of metrics.csv.
  func resume(after metrics: CSVTable) {
    table = EpochTable(
      metricNames: trainer.metricNames, epochs: plan.settings.epochs, after: metrics)
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
    let epochTime = seconds / part
    bar.update(
      ProgressLine(
        epoch: epoch, epochs: plan.settings.epochs, fraction: done,
        losses: totals(of: progress.losses),
        imagesPerSecond: Double(progress.images - first * plan.settings.batchSize) / seconds,
        secondsLeft: (epochTime * (1 - done), epochTime * (1 - done + epochsLeft))))
  }

  /// The total losses of training: a VAE's one, or those of a GAN's two networks.
  private func totals(of losses: [Double]) -> [(name: String, value: Double)] {
    let metrics = trainer.metrics(training: losses, validation: losses)
    return zip(trainer.metricNames, metrics).compactMap { name, value in
      if name == "train_loss" { return ("loss", value) }
      return ["d_loss", "g_loss"].contains(name) ? (name, value) : nil
    }
  }

  /// Prints an epoch's line.
  func finish(_ result: EpochResult) {
    let lines = table.add(result, width: bar.columns)
    bar.print(lines)
    for line in lines { RunLog.add(line) }
    last = result
  }

  /// Prints what came out of the run, and which page shows it.
  func conclude(_ folder: RunFolder) {
    guard let last else { return }
    StandardError.print(
      "\(table.conclusion(last)) Open \(folder.report)", linking: folder.report)
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
    StandardError.alert(
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
