/// Overrides of a model's learning settings. A property that is nil overrides nothing.
public struct LearningSettings: Sendable, Equatable {
  /// Adam's learning rate.
  public var learningRate: Double?
  /// The learning rate of a GAN's discriminator; nil for the generator's.
  public var discriminatorLearningRate: Double?
  /// Adam's β₁, the decay rate of the first moments.
  public var beta1: Double?
  /// The weight of a VAE's divergence, at least 0.
  public var beta: Double?
  /// The epochs in which that weight grows to `beta`, at least 1.
  public var betaWarmup: Int?
  /// The distribution of a VAE's images.
  public var likelihood: Likelihood?
  /// The target of a GAN's discriminator for real images, above 0 and at most 1.
  public var realLabel: Double?

  /// Creates overrides of some settings.
  ///
  /// - Parameters:
  ///   - learningRate: Adam's learning rate.
  ///   - discriminatorLearningRate: The learning rate of a GAN's discriminator.
  ///   - beta1: Adam's β₁.
  ///   - beta: The weight of a VAE's divergence.
  ///   - betaWarmup: The epochs in which that weight grows to `beta`.
  ///   - realLabel: The target of a GAN's discriminator for real images.
  public init(
    learningRate: Double? = nil, discriminatorLearningRate: Double? = nil, beta1: Double? = nil,
    beta: Double? = nil, betaWarmup: Int? = nil, realLabel: Double? = nil
  ) {
    self.learningRate = learningRate
    self.discriminatorLearningRate = discriminatorLearningRate
    self.beta1 = beta1
    self.beta = beta
    self.betaWarmup = betaWarmup
    self.realLabel = realLabel
  }

  /// Creates an override of the likelihood alone; of none if it is nil.
  public init(likelihood: Likelihood?) { self.likelihood = likelihood }

  /// Says which setting cannot be used, and why; nil if all can.
  var fault: String? {
    for rate in [learningRate, discriminatorLearningRate].compactMap({ $0 })
    where !(rate > 0 && rate.isFinite) {
      return "its learning rate is \(rate), not a positive number"
    }
    if let beta1, !(0..<1).contains(beta1) { return "its β₁ is \(beta1), not in [0, 1)" }
    if let beta, !(beta >= 0 && beta.isFinite) { return "its β is \(beta), not a number from 0" }
    if let betaWarmup, betaWarmup < 1 {
      return "the warm-up of its β takes \(betaWarmup) epochs, below 1"
    }
    if let realLabel, !(realLabel > 0 && realLabel <= 1) {
      return "its label of real images is \(realLabel), not in (0, 1]"
    }
    return nil
  }
}

/// A named choice of learning settings.
public enum Preset: String, Sendable, CaseIterable {
  /// The paper's settings.
  case paper
  /// Settings that keep a model's training stable if the paper's may not
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
