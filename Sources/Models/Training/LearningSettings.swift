/// The settings of learning that are not as in the paper (section 3); what is nil is as there.
public struct LearningSettings: Sendable, Equatable {
  /// Adam's learning rate.
  public var learningRate: Double?
  /// The learning rate of a GAN's discriminator, where it is another one than the generator's.
  public var discriminatorLearningRate: Double?
  /// Adam's β₁, the decay rate of the first moments.
  public var beta1: Double?

  /// Settings; without any, the paper's.
  public init(
    learningRate: Double? = nil, discriminatorLearningRate: Double? = nil, beta1: Double? = nil
  ) {
    self.learningRate = learningRate
    self.discriminatorLearningRate = discriminatorLearningRate
    self.beta1 = beta1
  }
}

/// Settings of training by name.
public enum Preset: String, Sendable, CaseIterable {
  /// The paper's.
  case paper
  /// Those that a model keeps its balance with where it may lose it with the paper's (`GenerativeModel.stableSettings`).
  case stable
}

extension GenerativeModel {
  /// A preset's settings for this model; nil where it has none of its own, as it needs none.
  public func settings(of preset: Preset) -> LearningSettings? {
    switch preset {
    case .paper: LearningSettings()
    case .stable: stableSettings
    }
  }
}
