import GPUTensor

/// What a training run may vary.
public struct TrainingOptions: Sendable, Equatable {
  /// The seed of everything random.
  public var seed: UInt64
  /// Images in a batch.
  public var batchSize: Int
  /// Adam's settings.
  public var adam: AdamSettings

  /// Options for `model`; what is nil is as in the paper.
  public init(
    for model: any GenerativeModel.Type, seed: UInt64 = 1, batchSize: Int? = nil,
    learningRate: Double? = nil
  ) {
    self.seed = seed
    self.batchSize = batchSize ?? model.batchSize
    adam = AdamSettings(learningRate: learningRate ?? model.learningRate)
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
