import ArgumentParser
import GenerativeModels

/// How a run learns.
struct LearningOptions: ParsableArguments {
  @Option(
    help: """
      The defaults of the learning rates and of β₁: paper, or stable, with which DCGAN's \
      discriminator won for none of eight seeds. (default: paper)
      """)
  var preset: Preset?

  @Option(help: "Adam's learning rate. (default: the preset's)")
  var learningRate: Double?

  @Option(
    help: "The learning rate of a GAN's discriminator. (default: the preset's, or --learning-rate)")
  var discriminatorLearningRate: Double?

  @Option(
    help: """
      Adam's β₁, the decay rate of the mean of gradients. (default: the preset's, 0.9 in the paper)
      """)
  var beta1: Double?

  @Option(help: "The weight of a VAE's divergence. (default: the model's, 1 in the paper)")
  var beta: Double?

  @Option(help: "Epochs in which that weight grows to --beta. (default: the model's, or none)")
  var betaWarmup: Int?

  @Option(
    help: """
      The distribution of a VAE's images: bernoulli, whose loss is the binary cross entropy, or \
      gaussian, whose loss is half the squared error. (default: the model's, bernoulli in the paper)
      """)
  var likelihood: Likelihood?

  @Option(
    help: """
      The target of a GAN's discriminator for real images, such as 0.9: one-sided label \
      smoothing. (default: the model's, 1 in the paper)
      """)
  var realLabel: Double?

  /// Refuses options that do not apply to a model.
  ///
  /// - Throws: `ValidationError`.
  func check(for model: any GenerativeModel) throws {
    if discriminatorLearningRate != nil, model.imageJudge == nil {
      throw ValidationError(
        "--discriminator-learning-rate is for GANs, and \(model.name) has no discriminator")
    }
    if realLabel != nil, model.imageJudge == nil {
      throw ValidationError("--real-label is for GANs, and \(model.name) has no discriminator")
    }
    if beta != nil || betaWarmup != nil, model.imageEncoder == nil {
      throw ValidationError(
        "\(beta != nil ? "--beta" : "--beta-warmup") is for VAEs, and \(model.name) has no encoder")
    }
    if let likelihood {
      guard let model = model as? VAE else {
        throw ValidationError("--likelihood is for VAEs, and \(model.name) has no encoder")
      }
      do {
        _ = try model.assuming(likelihood)
      } catch {
        throw ValidationError(
          "--likelihood \(likelihood.rawValue) is not for \(model.name): \(error)")
      }
    }
    if let preset, model.settings(of: preset) == nil {
      throw ValidationError(
        """
        --preset \(preset.rawValue) is not for \(model.name), which needs no settings but the \
        paper's
        """)
    }
  }

  /// The preset, if it is given and no other option of this group is.
  var namedPreset: Preset? {
    let changes: [Any?] = [
      learningRate, discriminatorLearningRate, beta1, beta, betaWarmup, likelihood, realLabel,
    ]
    return changes.allSatisfy { $0 == nil } ? preset : nil
  }

  /// Sets the settings that the options give.
  func fill(_ settings: inout RunSettings, for model: any GenerativeModel) {
    if let preset { settings.learn(as: RunSettings(for: model, preset: preset)) }
    settings.learningRate = learningRate ?? settings.learningRate
    settings.discriminatorLearningRate =
      discriminatorLearningRate ?? settings.discriminatorLearningRate
    settings.beta1 = beta1 ?? settings.beta1
    settings.beta = beta ?? settings.beta
    settings.betaWarmup = betaWarmup ?? settings.betaWarmup
    // The model's own needs no record.
    let own = model.objective.likelihood
    if let likelihood {
      settings.likelihood = (likelihood == own ?? .bernoulli ? own : likelihood)?.rawValue
    }
    settings.realLabel = realLabel ?? settings.realLabel
  }
}

extension Preset: ExpressibleByArgument {}

extension Likelihood: ExpressibleByArgument {}
