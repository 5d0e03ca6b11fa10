/// Overrides of the paper's learning settings (section 3). A property that is nil overrides
/// nothing.
public struct LearningSettings: Sendable, Equatable {
  /// Adam's learning rate.
  public var learningRate: Double?
  /// The learning rate of a GAN's discriminator; nil for the generator's.
  public var discriminatorLearningRate: Double?
  /// Adam's β₁, the decay rate of the first moments.
  public var beta1: Double?

  /// Creates overrides of some of the paper's settings.
  public init(
    learningRate: Double? = nil, discriminatorLearningRate: Double? = nil, beta1: Double? = nil
  ) {
    self.learningRate = learningRate
    self.discriminatorLearningRate = discriminatorLearningRate
    self.beta1 = beta1
  }
}

/// A named choice of learning settings.
public enum Preset: String, Sendable, CaseIterable {
  /// The paper's settings.
  case paper
  /// Settings that keep a model stable where the paper's may not
  /// (`GenerativeModel.stableSettings`).
  case stable
}

extension GenerativeModel {
  /// Returns the settings of a preset for this model; nil if the model does not have it.
  public func settings(of preset: Preset) -> LearningSettings? {
    switch preset {
    case .paper: LearningSettings()
    case .stable: stableSettings
    }
  }
}
