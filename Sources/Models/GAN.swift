import GPUTensor

/// A generative adversarial network: its networks and the default settings of its training.
///
/// ```swift
/// let model = try GAN(
///   name: "small-gan",
///   generator: Network(prefix: "generator", input: 16) {
///     Linear("fc1", to: 128); LeakyReLU()
///     Linear("fc2", to: 784); Tanh()
///   },
///   discriminator: Network(prefix: "discriminator", input: 784) {
///     Linear("fc1", to: 128); LeakyReLU(); Dropout(0.4)
///     Linear("fc2", to: 1)
///   })
/// ```
public struct GAN: GenerativeModel {
  public let name: String
  /// The network that makes images from noise.
  public let generator: Network
  /// The network that judges images: its output is a logit, above 0 for real.
  public let discriminator: Network
  public let batchSize: Int
  public let learningRate: Double
  public let stableSettings: LearningSettings?
  public internal(set) var objective = LearningSettings()

  /// Creates a model, and checks that it can be trained.
  ///
  /// - Throws: `ModelError`, which names the layer or setting that prevents its training.
  public init(
    name: String, generator: Network, discriminator: Network, batchSize: Int = 128,
    learningRate: Double = 2e-4, stableSettings: LearningSettings? = nil
  ) throws(ModelError) {
    self.init(
      builtIn: name, generator: generator, discriminator: discriminator, batchSize: batchSize,
      learningRate: learningRate, stableSettings: stableSettings)
    try check()
  }

  /// Creates a model without the check, so that constants need no `try`. A test checks them.
  init(
    builtIn name: String, generator: Network, discriminator: Network, batchSize: Int,
    learningRate: Double, stableSettings: LearningSettings? = nil
  ) {
    self.name = name
    self.generator = generator
    self.discriminator = discriminator
    self.batchSize = batchSize
    self.learningRate = learningRate
    self.stableSettings = stableSettings
  }

  /// Checks that its networks and settings meet the requirements of training.
  func check() throws(ModelError) {
    try checkSettings()
    try NetworkRole.check(
      NetworkRole(
        name: "generator", network: generator,
        outputs: .fakes(for: discriminator), takesLatents: true),
      NetworkRole(
        name: "discriminator", network: discriminator, outputs: .verdict, dropsOut: true,
        ends: [.identity]),
      of: name)
  }

  /// Returns the model with another target of the discriminator for real images: one-sided label
  /// smoothing (Salimans et al.: "Improved techniques for training GANs", 2016).
  ///
  /// - Throws: `ModelError` if it is not in (0, 1].
  public func smoothing(realLabel: Double) throws(ModelError) -> GAN {
    var changed = objective
    changed.realLabel = realLabel
    return try with(changed)
  }

  /// Returns the model with another loss.
  ///
  /// - Throws: `ModelError` if a setting is out of its range.
  func with(_ objective: LearningSettings) throws(ModelError) -> GAN {
    var model = self
    model.objective = objective
    try model.checkSettings()
    return model
  }

  public var networks: KeyValuePairs<String, Network> {
    ["generator": generator, "discriminator": discriminator]
  }

  public var decoder: Network { generator }
  public var imageJudge: Network? { discriminator }
  /// The range of its images: [0, 1] if the generator ends in a sigmoid, else [−1, 1].
  public var imageRange: ClosedRange<Float> {
    generator.stages.last?.activation == .sigmoid ? 0...1 : -1...1
  }
  public var metricNames: [String] { GANTrainer.metricNames }

  public func makeTrainer(
    _ options: TrainingOptions, train: ImageStore, validation: ImageStore, on context: Context
  ) throws -> any Trainer {
    try GANTrainer(self, options, train: train, on: context)
  }
}
