import Datasets
import GPUTensor
import GenerativeModels
import KnownDatasets

/// What a run is to be: a model, its settings, its images and its device.
struct RunPlan {
  let model: any GenerativeModel
  let options: TrainingOptions
  let schedule: Schedule
  let data: Dataset
  /// --limit, where the images are only some of the set's.
  var limit: Int?
  /// --data-dir, where it is not the usual one.
  var dataDir: String?
  /// --kernel-dir, where the kernels are not the embedded ones.
  var kernelDir: String?
  let context: Context
  /// Whether TensorBoard's file is written.
  var tensorboard = true
  /// The command that goes on with it, where that is not `train --resume`.
  var commandToResume: String?
  /// The preset that all its settings of learning are from, where the user named one.
  var preset: Preset?

  /// The run's run.json.
  ///
  /// - Parameter ways: those that are usual for its operations, once they are known.
  /// - Throws: `KernelSourceError`.
  func record(ways: Tuning? = nil) throws -> RunRecord {
    let device = context.device
    return RunRecord(
      model: model.name, dataset: data.name, dataDir: dataDir, limit: limit,
      dataSha256: data.contentHash, trainImages: data.train.count,
      validationImages: data.validation.count, epochs: schedule.epochs,
      batchSize: options.batchSize, learningRate: options.adam.learningRate,
      discriminatorLearningRate: options.discriminatorLearningRate,
      beta1: options.adam.beta1, beta2: options.adam.beta2, epsilon: options.adam.epsilon,
      seed: String(options.seed), sampleEvery: schedule.sampleEvery,
      checkpointEvery: schedule.checkpointEvery, checkpointSteps: schedule.checkpointSteps,
      keep: schedule.keep, tensorboard: tensorboard, kernels: context.family.rawValue,
      precision: context.precision.rawValue, convolution: context.convolution.rawValue,
      tuning: context.tuning, ways: ways,
      kernelDir: kernelDir, kernelsSha256: try context.kernelSources.sha256(),
      device: device.name, computeUnits: device.computeUnits, platform: device.platform,
      driver: device.driverVersion, version: Version.current,
      command: command)
  }

  private var command: [String] {
    let given: [(option: String, value: String?)] = [
      ("--dataset", data.name), ("--epochs", "\(schedule.epochs)"),
      ("--batch-size", "\(options.batchSize)"),
      ("--learning-rate", "\(options.adam.learningRate)"),
      (
        "--discriminator-learning-rate", options.discriminatorLearningRate.map { "\($0)" }
      ),
      ("--beta1", "\(options.adam.beta1)"), ("--seed", "\(options.seed)"),
      ("--device", context.device.name), ("--sample-every", "\(schedule.sampleEvery)"),
      ("--checkpoint-every", "\(schedule.checkpointEvery)"),
      ("--checkpoint-steps", schedule.checkpointSteps.map(String.init)),
      ("--keep", schedule.keep.map(String.init)), ("--limit", limit.map(String.init)),
      ("--data-dir", dataDir), ("--kernels", context.family.rawValue),
      ("--precision", context.precision.rawValue),
      ("--convolution", context.convolution.rawValue), ("--kernel-dir", kernelDir),
    ]
    return ["gputrain", "train", model.name] + (tensorboard ? [] : ["--no-tensorboard"])
      + (context.tuning.isEmpty ? ["--no-tuning"] : [])
      + given.flatMap { entry in entry.value.map { commandWords(entry.option, $0) } ?? [] }
  }

  /// Refuses to go on with a run that this plan would make another one.
  ///
  /// - Throws: `UsageError` where the options ask for that; `InputError` where the images are others.
  func check(against begun: RunRecord, in folder: RunFolder) throws {
    let record = try record()
    var changes = begun.forbiddenChanges(in: record)
    if begun.dataSha256 != record.dataSha256 {
      changes += begun.dataChanges(in: record)
      guard !changes.isEmpty else {
        throw InputError(
          description: "the images are not those that the run in \(folder.path) was begun with")
      }
    }
    if let change = changes.first.map(asAskedFor) {
      throw UsageError(
        description: """
          \(change) contradicts the run in \(folder.path), which was begun with \
          \(change.recorded); go on with that or choose another --out
          """)
    }
  }

  /// Prints what differs from the run's beginning, so that bits may differ.
  ///
  /// - Throws: `KernelSourceError`.
  func noteDifferences(from begun: RunRecord) throws {
    let differences = begun.differences(from: try record())
    guard !differences.isEmpty else { return }
    StandardError.print(
      """
      note: another \(differences.joined(separator: ", ")) than the run was begun with: from here \
      on its last digits may differ from an uninterrupted run's
      """)
  }

  /// Checks, before anything is trained, all that the run needs of a folder, and touches nothing.
  ///
  /// - Parameter checkpoint: what it resumes from; nil where it begins.
  /// - Throws: `InputError`, `OutputError`, `FileError`.
  func check(_ folder: RunFolder, resumingFrom checkpoint: CheckpointFile?) throws {
    try folder.checkFiles()
    guard let checkpoint else { return }
    let epochs = try checkpoint.check(toResume: self, in: folder).epoch
    _ = try folder.readMetrics(of: model, ofAll: epochs)
    if tensorboard { try EventFile.check(in: folder, epochs: epochs) }
  }

  /// The command that resumes the run in a folder, for a shell.
  func resumeCommand(_ folder: RunFolder) -> String {
    // The folder of kernels has to be named again: what runs is never taken from a file.
    let words =
      ["gputrain", "train", model.name, "--resume"] + commandWords("--out", folder.path)
      + (kernelDir.map { commandWords("--kernel-dir", $0) } ?? [])
    return commandToResume ?? shellCommand(words)
  }

  /// The training steps of an epoch.
  var steps: Int { (data.train.count + options.batchSize - 1) / options.batchSize }

  /// The change by the name that the user gave it: a preset's settings by the preset's.
  private func asAskedFor(_ change: RunRecord.Change) -> RunRecord.Change {
    let settings = ["--learning-rate", "--discriminator-learning-rate", "--beta1"]
    guard let preset, settings.contains(change.option) else { return change }
    return RunRecord.Change(
      option: "--preset", recorded: "\(change.option) \(change.recorded)", asked: preset.rawValue)
  }
}

/// How long a run goes on, and how often it writes.
struct Schedule {
  let epochs: Int
  let sampleEvery: Int
  let checkpointEvery: Int
  /// Steps between checkpoints within an epoch; nil for none there.
  var checkpointSteps: Int?
  /// How many of the epochs' checkpoints stay; nil for all.
  var keep: Int?
  /// More epochs whose samples and checkpoints are wanted.
  var alsoAt: [Int] = []

  /// Whether pictures are drawn after this epoch: the first, every so many and the last.
  func drawsSamples(after epoch: Int) -> Bool {
    epoch == 1 || epoch == epochs || epoch % sampleEvery == 0 || alsoAt.contains(epoch)
  }

  /// Whether this epoch's checkpoint is kept beside the last.
  func keepsCheckpoint(after epoch: Int) -> Bool {
    epoch % checkpointEvery == 0 || alsoAt.contains(epoch)
  }
}
