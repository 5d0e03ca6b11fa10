import GPUTensor

/// A model that makes images from latents: its networks and the default settings of its training.
///
/// There are two kinds of models, `VAE` and `GAN`. The four of the paper are values of these types.
public protocol GenerativeModel: Sendable {
  /// Its name on the command line and in checkpoints.
  var name: String { get }
  /// Its networks by their roles, such as `encoder`.
  var networks: KeyValuePairs<String, Network> { get }
  /// The network that makes images from latents: (latent) to (pixels) or (height, width, 1).
  var decoder: Network { get }
  /// The network that encodes images, to means and then log variances of latents; nil if the model
  /// has none.
  var imageEncoder: Network? { get }
  /// The network that judges images by one logit, above 0 for real; nil if the model has none.
  var imageJudge: Network? { get }
  /// The number of images in a batch.
  var batchSize: Int { get }
  /// Adam's learning rate.
  var learningRate: Double { get }
  /// Settings that keep this model's training stable if the defaults may not; nil for none.
  var stableSettings: LearningSettings? { get }
  /// The settings in which its training differs from the paper's: β₁, the weight of the divergence,
  /// the likelihood, or the label of real images.
  var objective: LearningSettings { get }
  /// The range of its images' pixels, from black to white.
  var imageRange: ClosedRange<Float> { get }
  /// The names of the metrics of an epoch.
  var metricNames: [String] { get }

  /// Creates a trainer of this model. Most programs use `Training` instead.
  ///
  /// - Throws: `ShapeError` if a layer does not fit; `ModelError` if the model cannot be trained
  ///   with these options.
  func makeTrainer(
    _ options: TrainingOptions, train: ImageStore, validation: ImageStore, on context: Context
  ) throws -> any Trainer
}

extension GenerativeModel {
  public var imageEncoder: Network? { nil }
  public var imageJudge: Network? { nil }

  /// The number of elements of a latent.
  public var latent: Int { decoder.input.reduce(1, *) }

  /// The number of classes that the model is conditional on: the label of an image joins its latent
  /// and the image that a network takes (Mirza and Osindero: "Conditional generative adversarial
  /// nets", 2014; Sohn, Lee and Yan: "Learning structured output representation using deep
  /// conditional generative models", 2015). 0 for none.
  public var labels: Int { decoder.labels }

  /// Returns labels for `count` images, about equally many of each class, in the order of the
  /// classes; nil if the model has no labels.
  public func evenLabels(_ count: Int) -> [UInt8]? {
    labels == 0 ? nil : (0..<count).map { UInt8($0 * labels / count) }
  }

  /// Converts bytes, 0 for black to 255 for white, to the range of the model's images.
  public func images(_ pixels: some Sequence<UInt8>) -> [Float] {
    let (low, high) = (imageRange.lowerBound, imageRange.upperBound)
    return pixels.map { low + (high - low) * (Float($0) / 255) }
  }

  /// Checks its batch size, learning rates and β₁, and that its networks take the same labels.
  func checkSettings() throws(ModelError) {
    let classes = networks.map(\.value.labels)
    guard classes.allSatisfy({ $0 == labels }) else {
      throw ModelError(
        model: name,
        reason: "its networks take labels of \(classes.map(String.init).joined(separator: " and "))"
          + " classes; give both the same")
    }
    guard batchSize > 0 else {
      throw ModelError(model: name, reason: "its batch size is \(batchSize), below 1")
    }
    let settings = [LearningSettings(learningRate: learningRate), stableSettings, objective]
    if let fault = settings.lazy.compactMap({ $0?.fault }).first {
      throw ModelError(model: name, reason: fault)
    }
  }
}

/// The models that have a name.
public enum Models {
  /// Those of the paper, in its order: images of 28×28 in grey.
  public static let paper: [any GenerativeModel] = [
    GAN.linear, GAN.dcgan, VAE.linear, VAE.convolutional,
  ]

  /// All of them.
  public static let all: [any GenerativeModel] = paper + [GAN.dcgan64]

  /// Returns the model of this name; nil if there is none.
  public static func named(_ name: String) -> (any GenerativeModel)? {
    all.first { $0.name == name }
  }
}
