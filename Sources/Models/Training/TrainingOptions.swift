import GPUTensor

/// What a training run may vary.
public struct TrainingOptions: Sendable, Equatable {
  /// The seed of everything random.
  public var seed: UInt64
  /// Images in a batch.
  public var batchSize: Int
  /// Adam's settings.
  public var adam: AdamSettings
  /// The learning rate of a GAN's discriminator, where it is another one than the generator's.
  public var discriminatorLearningRate: Double?

  /// Options for `model`; what is nil is as in the paper.
  public init(
    for model: any GenerativeModel, seed: UInt64 = 1, batchSize: Int? = nil,
    learning: LearningSettings = LearningSettings()
  ) {
    self.seed = seed
    self.batchSize = batchSize ?? model.batchSize
    adam = AdamSettings(learningRate: learning.learningRate ?? model.learningRate)
    adam.beta1 = learning.beta1 ?? adam.beta1
    discriminatorLearningRate = learning.discriminatorLearningRate
  }

  /// Adam's settings for a GAN's discriminator.
  var discriminatorAdam: AdamSettings {
    var settings = adam
    settings.learningRate = discriminatorLearningRate ?? adam.learningRate
    return settings
  }
}

/// How far an epoch has come.
public struct EpochProgress: Sendable {
  /// Steps done.
  public let step: Int
  /// Steps of the epoch.
  public let steps: Int
  /// Images seen in the epoch.
  public let images: Int
  /// Means of the trainer's losses over the epoch so far.
  public let losses: [Double]
}

/// Where a run stands, between two steps.
public struct TrainingPosition: Sendable, Equatable {
  /// Epochs done, validation included.
  public var epoch: Int
  /// Steps done of the epoch behind them; all of them where only its validation is missing.
  public var batch: Int

  /// A position in a run.
  public init(epoch: Int = 0, batch: Int = 0) {
    self.epoch = epoch
    self.batch = batch
  }

  /// The steps that are done in all, with `steps` of them an epoch.
  public func step(of steps: Int) -> Int { epoch * steps + batch }
}
