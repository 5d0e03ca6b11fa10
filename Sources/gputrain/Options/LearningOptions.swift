import ArgumentParser
import GenerativeModels

/// What a run learns by.
struct LearningOptions: ParsableArguments {
  @Option(
    help: """
      The settings that the other options leave open: paper, or stable, with which DCGAN's discriminator won for none of \
      eight seeds. (default: paper)
      """)
  var preset: Preset?

  @Option(help: "Adam's learning rate. (default: the preset's)")
  var learningRate: Double?

  @Option(
    help: "The learning rate of a GAN's discriminator. (default: the preset's, or --learning-rate)")
  var discriminatorLearningRate: Double?

  @Option(
    help:
      "Adam's β₁, the decay rate of the mean of gradients. (default: the preset's, 0.9 in the paper)"
  )
  var beta1: Double?

  func validate() throws {
    try OptionCheck.learningRate(learningRate)
    try OptionCheck.learningRate(discriminatorLearningRate, "--discriminator-learning-rate")
    try OptionCheck.beta1(beta1)
  }

  /// Refuses what is not for this model.
  ///
  /// - Throws: `ValidationError`.
  func check(for model: any GenerativeModel) throws {
    if discriminatorLearningRate != nil, !(model is GAN) {
      throw ValidationError("--discriminator-learning-rate is for GANs; \(model.name) is none")
    }
    if let preset, model.settings(of: preset) == nil {
      throw ValidationError(
        "--preset \(preset.rawValue) is not for \(model.name), which needs no settings but the paper's"
      )
    }
  }

  /// The preset that all settings are from, where it is named and nothing else is.
  var namedPreset: Preset? {
    learningRate == nil && discriminatorLearningRate == nil && beta1 == nil ? preset : nil
  }

  /// What the options ask for: where they are silent, a run that goes on is as it was begun.
  func settings(
    for model: any GenerativeModel, goingOnWith begun: RunRecord?
  ) -> LearningSettings {
    let others =
      preset.map { model.settings(of: $0) ?? LearningSettings() }
      ?? begun.map {
        LearningSettings(
          learningRate: $0.learningRate, discriminatorLearningRate: $0.discriminatorLearningRate,
          beta1: $0.beta1)
      }
    return LearningSettings(
      learningRate: learningRate, discriminatorLearningRate: discriminatorLearningRate, beta1: beta1
    ).filled(from: others ?? LearningSettings())
  }
}

extension Preset: ExpressibleByArgument {}
