import GPUTensor

/// A variational autoencoder: its networks and the default settings of its training.
///
/// The encoder's outputs are the means of all latents, then their log variances. Images are in
/// [0, 1] or, if the decoder ends in `Tanh`, in [−1, 1].
///
/// ```swift
/// let model = try VAE(
///   name: "small-vae",
///   encoder: Network(prefix: "encoder", input: 784) {
///     Linear("fc1", to: 256); ReLU()
///     Linear("fc2", to: 2 * 8)
///   },
///   decoder: Network(prefix: "decoder", input: 8) {
///     Linear("fc1", to: 256); ReLU()
///     Linear("fc2", to: 784); Sigmoid()
///   })
/// ```
public struct VAE: GenerativeModel {
  public let name: String
  /// The network that encodes images: (pixels) or (height, width, channels) to (2 · latent).
  public let encoder: Network
  public let decoder: Network
  public let batchSize: Int
  public let learningRate: Double
  public let stableSettings: LearningSettings?
  public private(set) var objective = LearningSettings()

  /// Creates a model, and checks that it can be trained.
  ///
  /// - Throws: `ModelError`, which names the layer or setting that prevents its training.
  public init(
    name: String, encoder: Network, decoder: Network, batchSize: Int = 64,
    learningRate: Double = 1e-3, stableSettings: LearningSettings? = nil
  ) throws(ModelError) {
    self.init(
      builtIn: name, encoder: encoder, decoder: decoder, batchSize: batchSize,
      learningRate: learningRate, stableSettings: stableSettings)
    try check()
  }

  /// Creates a model whose images have this likelihood, and checks that it can be trained. With
  /// `.gaussian` the decoder ends in `Sigmoid`, in `Tanh` or in no activation.
  ///
  /// - Parameters:
  ///   - name: The model's name.
  ///   - encoder: The network that encodes images.
  ///   - decoder: The network that makes images from latents.
  ///   - likelihood: The distribution of images, which decides the loss of a reconstruction.
  ///   - batchSize: The number of images in a batch.
  ///   - learningRate: Adam's learning rate.
  /// - Throws: `ModelError`, which names the layer or setting that prevents its training.
  public init(
    name: String, encoder: Network, decoder: Network, likelihood: Likelihood, batchSize: Int = 64,
    learningRate: Double = 1e-3
  ) throws(ModelError) {
    self = try VAE(
      builtIn: name, encoder: encoder, decoder: decoder, batchSize: batchSize,
      learningRate: learningRate
    ).with(LearningSettings(likelihood: likelihood))
  }

  /// Creates a model without the check, so that constants need no `try`. A test checks them.
  init(
    builtIn name: String, encoder: Network, decoder: Network, batchSize: Int,
    learningRate: Double, stableSettings: LearningSettings? = nil
  ) {
    self.name = name
    self.encoder = encoder
    self.decoder = decoder
    self.batchSize = batchSize
    self.learningRate = learningRate
    self.stableSettings = stableSettings
  }

  /// Checks that its networks and settings meet the requirements of training.
  func check() throws(ModelError) {
    try checkSettings()
    let likelihood = objective.likelihood ?? .bernoulli
    try NetworkRole.check(
      NetworkRole(
        name: "encoder", network: encoder, outputs: .latents(latent), dropsOut: true,
        ends: [.identity]),
      NetworkRole(
        name: "decoder", network: decoder, outputs: .images(of: encoder),
        takesLatents: true, ends: likelihood.ends, endsWith: "with \(likelihood.words)"),
      of: name)
  }

  /// Returns the model with another weight of the divergence, `beta`, which it reaches in `warmup`
  /// epochs (Higgins et al.: "β-VAE", 2017).
  ///
  /// - Throws: `ModelError` if it is below 0, or the warm-up below 1.
  public func weighting(beta: Double, warmup: Int = 1) throws(ModelError) -> VAE {
    var changed = objective
    (changed.beta, changed.betaWarmup) = (beta, warmup)
    return try with(changed)
  }

  /// Returns the model with another likelihood.
  ///
  /// - Throws: `ModelError` if the decoder ends in another activation than the likelihood's.
  public func assuming(_ likelihood: Likelihood) throws(ModelError) -> VAE {
    var changed = objective
    changed.likelihood = likelihood
    return try with(changed)
  }

  /// Returns the model with another loss.
  ///
  /// - Throws: `ModelError` if a setting is out of its range, or the model cannot be trained.
  func with(_ objective: LearningSettings) throws(ModelError) -> VAE {
    var model = self
    model.objective = objective
    try model.check()
    return model
  }

  public var networks: KeyValuePairs<String, Network> {
    ["encoder": encoder, "decoder": decoder]
  }

  public var imageEncoder: Network? { encoder }
  /// The range of its images: [−1, 1] if the decoder ends in a hyperbolic tangent, else [0, 1].
  public var imageRange: ClosedRange<Float> {
    decoder.stages.last?.activation == .tanh ? -1...1 : 0...1
  }
  public var metricNames: [String] { VAETrainer.metricNames }

  public func makeTrainer(
    _ options: TrainingOptions, train: ImageStore, validation: ImageStore, on context: Context
  ) throws -> any Trainer {
    try VAETrainer(self, options, train: train, validation: validation, on: context)
  }
}
