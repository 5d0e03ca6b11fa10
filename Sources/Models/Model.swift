import GPUTensor

/// One of the paper's models: its networks and the paper's settings (section 3).
public protocol GenerativeModel: Sendable {
  /// Its name on the command line and in checkpoints.
  static var name: String { get }
  /// Images in a batch.
  static var batchSize: Int { get }
  /// Adam's learning rate.
  static var learningRate: Double { get }
  /// Settings by which it keeps its balance where it may lose it by the paper's; nil where it needs none.
  static var stableSettings: LearningSettings? { get }
  /// The network that makes images of latents.
  static var decoder: Network { get }
  /// What black and white are in its images.
  static var imageRange: ClosedRange<Float> { get }
  /// Which of the two kinds it is of.
  static var kind: ModelKind { get }
  /// Checks that its networks are what its training takes them for.
  ///
  /// - Throws: `ModelError`, which names the layer that is not.
  static func check() throws
  /// Makes the training of this model's kind.
  ///
  /// - Throws: `ModelError` where its networks are not what training takes them for.
  static func makeTrainer(
    _ options: TrainingOptions, train: ImageStore, validation: ImageStore, on context: Context
  ) throws -> any Trainer
}

/// The kinds of models, for what is done otherwise with each.
public enum ModelKind {
  /// An encoder and a decoder.
  case variational(any VariationalModel.Type)
  /// A generator and a discriminator.
  case adversarial(any AdversarialModel.Type)
}

/// A variational autoencoder. The encoder's outputs are means, then log variances; images are in [0, 1].
public protocol VariationalModel: GenerativeModel {
  /// The network that encodes images.
  static var encoder: Network { get }
}

extension VariationalModel {
  public static var imageRange: ClosedRange<Float> { 0...1 }
  public static var kind: ModelKind { .variational(Self.self) }

  public static func makeTrainer(
    _ options: TrainingOptions, train: ImageStore, validation: ImageStore, on context: Context
  ) throws -> any Trainer {
    try VAETrainer(Self.self, options, train: train, validation: validation, on: context)
  }
}

/// A generative adversarial network; images are in [−1, 1].
public protocol AdversarialModel: GenerativeModel {
  /// The network that makes images of noise.
  static var generator: Network { get }
  /// The network that judges images: one logit, above 0 for real.
  static var discriminator: Network { get }
}

extension AdversarialModel {
  public static var decoder: Network { generator }
  public static var imageRange: ClosedRange<Float> { -1...1 }
  public static var kind: ModelKind { .adversarial(Self.self) }

  public static func makeTrainer(
    _ options: TrainingOptions, train: ImageStore, validation: ImageStore, on context: Context
  ) throws -> any Trainer {
    try GANTrainer(Self.self, options, train: train, on: context)
  }
}

extension GenerativeModel {
  public static var stableSettings: LearningSettings? { nil }

  /// Its networks.
  public static var networks: [Network] {
    switch kind {
    case .variational(let model): [model.encoder, model.decoder]
    case .adversarial(let model): [model.generator, model.discriminator]
    }
  }

  /// The names of what its training measures in an epoch, as `Trainer` has them.
  public static var metricNames: [String] {
    switch kind {
    case .variational: VAETrainer.metricNames
    case .adversarial: GANTrainer.metricNames
    }
  }

  /// The width of a latent.
  public static var latent: Int { decoder.input.reduce(1, *) }

  /// Bytes as the model's images: 0 becomes its black, 255 its white.
  public static func images(_ pixels: some Sequence<UInt8>) -> [Float] {
    let (low, high) = (imageRange.lowerBound, imageRange.upperBound)
    return pixels.map { low + (high - low) * (Float($0) / 255) }
  }
}

/// The models by name.
public enum Models {
  /// All of them, in the paper's order.
  public static let all: [any GenerativeModel.Type] = [
    LinearGAN.self, DCGAN.self, LinearVAE.self, ConvVAE.self,
  ]

  /// The model of that name; nil where there is none.
  public static func named(_ name: String) -> (any GenerativeModel.Type)? {
    all.first { $0.name == name }
  }
}
