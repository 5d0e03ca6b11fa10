import Datasets
import GenerativeModels
import Images
import KnownDatasets

extension RunSettings {
  /// The default settings of a run of `model`: the paper's, unless a preset has others for it.
  init(for model: any GenerativeModel, preset: Preset = .paper) {
    let learning = model.settings(of: preset) ?? LearningSettings()
    let options = TrainingOptions(for: model, learning: learning)
    self.init(
      model: model.name, dataset: KnownDataset.mnist.name, batchSize: options.batchSize,
      learningRate: options.adam.learningRate,
      discriminatorLearningRate: options.discriminatorLearningRate, beta1: options.adam.beta1,
      beta: model.objective.beta, betaWarmup: model.objective.betaWarmup,
      likelihood: model.objective.likelihood?.rawValue, realLabel: model.objective.realLabel)
  }

  /// These settings for a run of another model, which learns by a preset in its own batch size.
  func applied(to model: any GenerativeModel, preset: Preset) -> RunSettings {
    let own = RunSettings(for: model, preset: preset)
    var settings = self
    (settings.model, settings.batchSize) = (own.model, own.batchSize)
    settings.learn(as: own)
    return settings
  }

  /// The images that the settings name. Pictures get the shape that a model takes, if there is one.
  func dataRequest(for model: (any GenerativeModel)?) -> DataRequest {
    var preparation = ImagePreparation(
      size: imageSize.flatMap { ImageSize($0) }, channels: channels, isInverted: invert ?? false,
      background: background.flatMap { Colour($0) } ?? .white, skipsDamaged: skipDamaged ?? false)
    (preparation.validation, preparation.splitSeed) = (validation, splitSeed.map { UInt64($0) })
    preparation.wanted = model?.imageShape
    return DataRequest(name: dataset, folder: dataDir, limit: limit, preparation: preparation)
  }

  /// The options that `model` is trained with.
  func trainingOptions(for model: any GenerativeModel) -> TrainingOptions {
    var learning = LearningSettings(
      learningRate: learningRate, discriminatorLearningRate: discriminatorLearningRate,
      beta1: beta1, beta: beta, betaWarmup: betaWarmup, realLabel: realLabel)
    learning.likelihood = likelihood.flatMap(Likelihood.init)
    return TrainingOptions(
      for: model, seed: seed, batchSize: batchSize, shards: shards ?? 1, learning: learning)
  }
}
