import ArgumentParser
import GenerativeModels

/// The options of `train` that fill the settings of a run.
struct RunOptions: ParsableArguments {
  @OptionGroup var data: TrainingDataOptions

  @Option(help: "Passes over the data. (default: \(RunSettings.defaultEpochs))")
  var epochs: Int?

  @Option(help: "Images in a batch. (default: the model's)")
  var batchSize: Int?

  @Option(
    help: """
      Compute the gradients of a batch in this many parts, one after another, and add them in a \
      fixed order. The numbers depend on it. (default: 1)
      """)
  var shards: Int?

  @OptionGroup var learning: LearningOptions

  @Option(help: "The seed of everything random. (default: \(RunSettings.defaultSeed))")
  var seed: UInt64?

  @OptionGroup var deviceOptions: TrainingDeviceOptions

  @Option(
    help: """
      Draw samples after every N-th epoch, the first and the last. (default: \
      \(RunSettings.defaultSampleEvery))
      """)
  var sampleEvery: Int?

  @Option(
    help: """
      Keep the checkpoint of every N-th epoch; the last is always kept. (default: \
      \(RunSettings.defaultCheckpointEvery))
      """)
  var checkpointEvery: Int?

  @Option(help: "Write the last checkpoint within epochs too, after every N-th step.")
  var checkpointSteps: Int?

  @Option(help: "Keep only the newest N of the epochs' checkpoints. (default: all)")
  var keep: Int?

  @Flag(
    inversion: .prefixedNo,
    help: "Write metrics and pictures for TensorBoard too. (default: --tensorboard)")
  var tensorboard: Bool?

  /// Refuses options that do not apply to a model, or are out of their ranges.
  ///
  /// - Throws: `ValidationError`.
  func check(for model: any GenerativeModel) throws {
    if let fault = settings(over: RunSettings(for: model), for: model).fault {
      throw ValidationError(fault)
    }
    try learning.check(for: model)
  }

  /// Sets the settings that the options give, and keeps the others of `base`.
  func settings(over base: RunSettings, for model: any GenerativeModel) -> RunSettings {
    var settings = base
    data.fill(&settings)
    learning.fill(&settings, for: model)
    deviceOptions.fill(&settings)
    settings.epochs = epochs ?? settings.epochs
    settings.batchSize = batchSize ?? settings.batchSize
    if let shards { settings.shards = shards == 1 ? nil : shards }
    settings.seed = seed ?? settings.seed
    settings.sampleEvery = sampleEvery ?? settings.sampleEvery
    settings.checkpointEvery = checkpointEvery ?? settings.checkpointEvery
    settings.checkpointSteps = checkpointSteps ?? settings.checkpointSteps
    settings.keep = keep ?? settings.keep
    settings.tensorboard = tensorboard ?? settings.tensorboard
    return settings
  }
}
