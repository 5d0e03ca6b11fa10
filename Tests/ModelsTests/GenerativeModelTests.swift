import GPUTensor
import Testing

@testable import GenerativeModels

/// The checks of models.
@Suite struct GenerativeModelTests {
  /// The constants are made without the check, and pass it here.
  @Test func theModelsThatHaveNamesCanBeTrained() throws {
    for model in Models.all + [GAN.tiny, VAE.tiny] {
      switch model {
      case let model as VAE: try model.check()
      case let model as GAN: try model.check()
      default: Issue.record("\(model.name) is of an unknown kind")
      }
    }
  }

  @Test func modelsHaveNames() {
    #expect(Models.paper.map { $0.name } == ["linear-gan", "dcgan", "linear-vae", "conv-vae"])
    #expect(Models.all.map { $0.name } == Models.paper.map { $0.name } + ["dcgan-64"])
    #expect(Models.named("dcgan") is GAN)
    #expect(Models.named("conv-vae") is VAE)
    #expect(Models.named("no-model") == nil)
  }

  /// Models of the user's own have the networks and the settings that they are given.
  @Test func aUserDefinedModel() throws {
    let vae = try VAE(
      name: "own-vae", encoder: VAE.tiny.encoder, decoder: VAE.tiny.decoder, batchSize: 7,
      learningRate: 1e-2, stableSettings: LearningSettings(beta1: 0.5))
    #expect(vae.networks.map(\.key) == ["encoder", "decoder"])
    #expect(vae.latent == 6)
    #expect(vae.imageRange == 0...1)
    let options = TrainingOptions(for: vae, learning: vae.settings(of: .stable) ?? .init())
    #expect(options.batchSize == 7)
    #expect(options.adam.learningRate == 1e-2)
    #expect(options.adam.beta1 == 0.5)
    #expect(TrainingOptions(for: vae).wouldChange(by: .stable, of: vae))
    #expect(!options.wouldChange(by: .stable, of: vae))
    #expect(!options.wouldChange(by: .stable, of: VAE.tiny))
    #expect(options.divergence == DivergenceWeight() && options.realLabel == 1)
    let weighted = try vae.weighting(beta: 4, warmup: 10)
    #expect(TrainingOptions(for: weighted).divergence == DivergenceWeight(beta: 4, warmup: 10))
    #expect(throws: ModelError.self) { try vae.weighting(beta: -1) }
    #expect(throws: ModelError.self) { try vae.weighting(beta: 1, warmup: 0) }
    let gan = try GAN(
      name: "own-gan", generator: GAN.tiny.generator, discriminator: GAN.tiny.discriminator)
    #expect(gan.networks.map(\.key) == ["generator", "discriminator"])
    #expect(gan.latent == 4)
    #expect(gan.settings(of: .stable) == nil)
    #expect(TrainingOptions(for: try gan.smoothing(realLabel: 0.9)).realLabel == 0.9)
    #expect(throws: ModelError.self) { try gan.smoothing(realLabel: 0) }
  }

  /// The images' range is that of the generator's last activation.
  @Test func theRangeOfAGeneratorsImages() throws {
    #expect(GAN.tiny.imageRange == -1...1)
    let generator = Network(prefix: "generator", input: 4) {
      Linear("fc", to: 16); Reshape(4, 4, 1); Sigmoid()
    }
    let gan = try GAN(
      name: "own-gan", generator: generator, discriminator: GAN.tiny.discriminator)
    #expect(gan.imageRange == 0...1)
    #expect(gan.images([0, 255]) == [0, 1])
  }

  /// A Gaussian likelihood allows other ends of the decoder, which decide the images' range.
  @Test func theLikelihoodOfImages() throws {
    let vae = try VAE.tinyGaussian()
    #expect(vae.imageRange == -1...1 && TrainingOptions(for: vae).likelihood == .gaussian)
    #expect(try vae.weighting(beta: 2).objective.likelihood == .gaussian)
    let error = ModelError(
      model: vae.name, network: "decoder", layer: #"Linear "fc""#,
      reason: "ends in tanh; a decoder with the Bernoulli likelihood must end in sigmoid")
    #expect(throws: error) { try vae.assuming(.bernoulli) }
    #expect(throws: error) {
      try VAE(name: vae.name, encoder: vae.encoder, decoder: vae.decoder)
    }
    let linear = try VAE.linear.assuming(.gaussian)
    #expect(linear.imageRange == 0...1 && TrainingOptions(for: linear).likelihood == .gaussian)
    #expect(TrainingOptions(for: VAE.linear).likelihood == .bernoulli)
  }

  @Test func wrongNetworksAreRefused() {
    let error = #expect(throws: ModelError.self) {
      try VAE(
        name: "unsquashed", encoder: VAE.tiny.encoder,
        decoder: Network(prefix: "decoder", input: 6) {
          Linear("fc", to: 16); Tanh()
        })
    }
    #expect(
      error?.description == """
        model unsquashed cannot be used: Linear "fc" of its decoder ends in tanh; a \
        decoder with the Bernoulli likelihood must end in sigmoid
        """)
    let other = #expect(throws: ModelError.self) {
      try GAN(
        name: "squashed", generator: GAN.tiny.generator,
        discriminator: Network(prefix: "discriminator", input: 4, 4, 1) {
          Linear("fc", to: 1); Sigmoid()
        })
    }
    #expect(other?.network == "discriminator")
    #expect(other?.layer == #"Linear "fc""#)
  }

  @Test(arguments: [0, -1, Double.nan, .infinity])
  func initialWeightsHaveAPositiveDeviation(deviation: Double) {
    let error = #expect(throws: ModelError.self) {
      try VAE(
        name: "flat", encoder: VAE.tiny.encoder,
        decoder: Network(
          prefix: "decoder", input: 6, initialWeights: .normal(deviation: deviation)
        ) {
          Linear("fc", to: 16); Sigmoid()
        })
    }
    #expect(error?.reason.hasPrefix("has initial weights with a deviation of ") == true)
  }

  static let wrongSettings: [(batch: Int, rate: Double, stable: LearningSettings?, String)] = [
    (0, 1e-3, nil, "its batch size is 0, below 1"),
    (-1, 1e-3, nil, "its batch size is -1, below 1"),
    (1, 0, nil, "its learning rate is 0.0, not a positive number"),
    (1, .nan, nil, "its learning rate is nan, not a positive number"),
    (1, .infinity, nil, "its learning rate is inf, not a positive number"),
    (1, 1, .init(learningRate: -1), "its learning rate is -1.0, not a positive number"),
    (1, 1, .init(discriminatorLearningRate: 0), "its learning rate is 0.0, not a positive number"),
    (1, 1, .init(beta1: 1), "its β₁ is 1.0, not in [0, 1)"),
  ]

  @Test(arguments: wrongSettings.indices)
  func wrongSettingsAreRefused(index: Int) {
    let (batch, rate, stable, reason) = Self.wrongSettings[index]
    for make: () throws -> any GenerativeModel in [
      {
        try VAE(
          name: "bad", encoder: VAE.tiny.encoder, decoder: VAE.tiny.decoder, batchSize: batch,
          learningRate: rate, stableSettings: stable)
      },
      {
        try GAN(
          name: "bad", generator: GAN.tiny.generator, discriminator: GAN.tiny.discriminator,
          batchSize: batch, learningRate: rate, stableSettings: stable)
      },
    ] {
      let error = #expect(throws: ModelError.self) { try make() }
      #expect(error?.description == "model bad cannot be used: \(reason)")
    }
  }
}
