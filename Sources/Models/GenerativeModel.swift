import GPUTensor

/// A model that makes images of latents: its networks, and the settings that its training takes
/// unless a run sets others.
///
/// `VAE` and `GAN` are the kinds of models; the paper's four are values of them (section 3).
public protocol GenerativeModel: Sendable {
  /// Its name on the command line and in checkpoints.
  var name: String { get }
  /// Its networks by their roles, such as `encoder`.
  var networks: KeyValuePairs<String, Network> { get }
  /// The network that makes images of latents: (latent) to (pixels) or (height, width, 1).
  var decoder: Network { get }
  /// Images in a batch.
  var batchSize: Int { get }
  /// Adam's learning rate.
  var learningRate: Double { get }
  /// Settings that keep its training stable where the settings above may not; nil if it needs none.
  var stableSettings: LearningSettings? { get }
  /// What black and white are in its images.
  var imageRange: ClosedRange<Float> { get }
  /// The names of what its training measures in an epoch, as `Trainer` has them.
  var metricNames: [String] { get }

  /// Makes a training of this model.
  ///
  /// - Throws: `ShapeError` where a layer does not fit.
  func makeTrainer(
    _ options: TrainingOptions, train: ImageStore, validation: ImageStore, on context: Context
  ) throws -> any Trainer
}

extension GenerativeModel {
  /// The width of a latent.
  public var latent: Int { decoder.input.reduce(1, *) }

  /// Bytes as the model's images: 0 becomes its black, 255 its white.
  public func images(_ pixels: some Sequence<UInt8>) -> [Float] {
    let (low, high) = (imageRange.lowerBound, imageRange.upperBound)
    return pixels.map { low + (high - low) * (Float($0) / 255) }
  }

  /// Checks the settings that its training takes.
  func checkSettings() throws(ModelError) {
    guard batchSize > 0 else {
      throw ModelError(model: name, reason: "its batch size is \(batchSize), below 1")
    }
    let rates = [
      learningRate, stableSettings?.learningRate, stableSettings?.discriminatorLearningRate,
    ]
    for rate in rates.compactMap({ $0 }) where !(rate > 0 && rate.isFinite) {
      throw ModelError(model: name, reason: "its learning rate is \(rate), not a positive number")
    }
    if let beta1 = stableSettings?.beta1, !(0..<1).contains(beta1) {
      throw ModelError(model: name, reason: "its β₁ is \(beta1), not in [0, 1)")
    }
  }
}

/// The models by name.
public enum Models {
  /// All of them, in the paper's order.
  public static let all: [any GenerativeModel] = [
    GAN.linear, GAN.dcgan, VAE.linear, VAE.convolutional,
  ]

  /// The model of that name; nil where there is none.
  public static func named(_ name: String) -> (any GenerativeModel)? {
    all.first { $0.name == name }
  }
}
