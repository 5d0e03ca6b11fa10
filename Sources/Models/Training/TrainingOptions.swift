import GPUTensor

/// The options of a training.
public struct TrainingOptions: Sendable, Equatable {
  /// The seed of everything random.
  public var seed: UInt64
  /// Images in a batch.
  public var batchSize: Int
  /// Adam's settings.
  public var adam: AdamSettings
  /// The learning rate of a GAN's discriminator; nil for the generator's.
  public var discriminatorLearningRate: Double?

  /// Options for `model`. Whatever is nil is as in the paper.
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

/// The progress of an epoch.
public struct EpochProgress: Sendable {
  /// The steps done.
  public let step: Int
  /// The steps of the epoch.
  public let steps: Int
  /// The images seen in the epoch.
  public let images: Int
  /// The means of the trainer's losses over the epoch so far.
  public let losses: [Double]
}

/// A position in a run, between two steps.
public struct TrainingPosition: Sendable, Equatable {
  /// The epochs done, validation included.
  public var epoch: Int
  /// The steps done in the current epoch; all of them if only its validation is left.
  public var batch: Int

  /// The position after `epoch` epochs and `batch` steps of the next.
  public init(epoch: Int = 0, batch: Int = 0) {
    self.epoch = epoch
    self.batch = batch
  }

  /// The steps done in the whole run, with `steps` steps in an epoch.
  public func step(of steps: Int) -> Int { epoch * steps + batch }
}
