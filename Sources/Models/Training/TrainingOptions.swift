import GPUTensor

/// The options of a training.
public struct TrainingOptions: Sendable, Equatable {
  /// The seed of all random numbers.
  public var seed: UInt64
  /// Images in a batch.
  public var batchSize: Int
  /// The number of shards of a batch, from 1 to `batchSize`. Gradients are computed shard by shard,
  /// and summed in a fixed order. Batch normalization uses the statistics of a shard.
  public var shards: Int
  /// Adam's settings.
  public var adam: AdamSettings
  /// The learning rate of a GAN's discriminator; nil for the generator's.
  public var discriminatorLearningRate: Double?
  /// The weight of a VAE's divergence.
  public var divergence: DivergenceWeight
  /// The distribution of a VAE's images, which decides the loss of a reconstruction.
  public var likelihood: Likelihood
  /// The target of a GAN's discriminator for real images: 1, or less with one-sided label
  /// smoothing.
  public var realLabel: Double

  /// Creates options for `model`. Settings that are nil are the model's.
  public init(
    for model: any GenerativeModel, seed: UInt64 = 1, batchSize: Int? = nil, shards: Int = 1,
    learning: LearningSettings = LearningSettings()
  ) {
    self.seed = seed
    self.shards = shards
    self.batchSize = batchSize ?? model.batchSize
    adam = AdamSettings(learningRate: learning.learningRate ?? model.learningRate)
    adam.beta1 = learning.beta1 ?? model.objective.beta1 ?? adam.beta1
    discriminatorLearningRate = learning.discriminatorLearningRate
    let own = model.objective
    divergence = DivergenceWeight(
      beta: learning.beta ?? own.beta ?? 1, warmup: learning.betaWarmup ?? own.betaWarmup ?? 1)
    likelihood = learning.likelihood ?? own.likelihood ?? .bernoulli
    realLabel = learning.realLabel ?? own.realLabel ?? 1
  }

  /// Whether a preset of a model would change how its networks learn: false if the model does not
  /// have it.
  package func wouldChange(by preset: Preset, of model: any GenerativeModel) -> Bool {
    guard let learning = model.settings(of: preset) else { return false }
    let preset = TrainingOptions(for: model, learning: learning)
    return (preset.adam, preset.discriminatorAdam) != (adam, discriminatorAdam)
  }

  /// Adam's settings for a GAN's discriminator.
  var discriminatorAdam: AdamSettings {
    var settings = adam
    settings.learningRate = discriminatorLearningRate ?? adam.learningRate
    return settings
  }
}

/// The progress of an epoch.
public struct EpochProgress: Sendable {
  /// The number of steps done.
  public let step: Int
  /// The number of steps in the epoch.
  public let steps: Int
  /// The number of images seen in the epoch.
  public let images: Int
  /// The means of the trainer's losses over the epoch so far.
  public let losses: [Double]
}

/// A position in a run, between two steps.
public struct TrainingPosition: Sendable, Equatable {
  /// The number of epochs done, validation included.
  public var epoch: Int
  /// The number of steps done in the current epoch; all of them if only the validation is left.
  public var batch: Int

  /// Creates the position after `epoch` epochs and `batch` steps of the next.
  public init(epoch: Int = 0, batch: Int = 0) {
    self.epoch = epoch
    self.batch = batch
  }

  /// Returns the number of steps done in the whole run, with `steps` steps per epoch.
  public func step(of steps: Int) -> Int { epoch * steps + batch }
}
