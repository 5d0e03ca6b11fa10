/// The settings of a run. The options of `train` fill them, run.json keeps them, a resume compares
/// them, and the command that repeats the run is printed from them.
///
/// To add a setting, add a property here, its row in `fields`, and an option of `train` that fills
/// the property. A test fails if one of the three is missing.
struct RunSettings: Codable, Equatable, Sendable {
  /// The model's name.
  var model: String
  /// The name of a known data set, or a folder.
  var dataset: String
  /// The folder that known data sets are looked up in; nil for the default.
  var dataDir: String?
  /// The number of training images to use, from the first one; nil for all.
  var limit: Int?
  /// The size that images are scaled to, as `ImageSize` reads it; nil for the model's or their own.
  var imageSize: String?
  /// The channels of images; nil for the model's or their own.
  var channels: Int?
  /// Whether dark becomes light; nil for no.
  var invert: Bool?
  /// The colour under transparent parts, as `Colour` reads it; nil for white.
  var background: String?
  /// The folder of validation images; nil for those that the data set has.
  var validation: String?
  /// The seed that draws the images to hold out; nil for the last tenth by name.
  var splitSeed: Int?
  /// Whether pictures that cannot be read are left out; nil for no.
  var skipDamaged: Bool?
  var epochs = Self.defaultEpochs
  var batchSize: Int
  /// The number of shards of a batch; nil for 1.
  var shards: Int?
  /// Adam's learning rate; in a GAN, the generator's.
  var learningRate: Double
  /// The learning rate of a GAN's discriminator; nil for `learningRate`.
  var discriminatorLearningRate: Double?
  /// Adam's β₁.
  var beta1: Double
  /// The weight of a VAE's divergence; nil for 1.
  var beta: Double?
  /// The epochs in which that weight grows to `beta`; nil for none.
  var betaWarmup: Int?
  /// The name of the distribution of a VAE's images; nil for the model's, Bernoulli if it has none.
  var likelihood: String?
  /// The target of a GAN's discriminator for real images; nil for 1.
  var realLabel: Double?
  @TextEncoded var seed: UInt64 = Self.defaultSeed
  /// Epochs between two sheets of samples.
  var sampleEvery = Self.defaultSampleEvery
  /// Epochs between two checkpoints that are kept.
  var checkpointEvery = Self.defaultCheckpointEvery
  /// Steps between two checkpoints within an epoch; nil for none.
  var checkpointSteps: Int?
  /// How many of the epochs' checkpoints to keep; nil for all.
  var keep: Int?
  /// Whether to write a file for TensorBoard.
  var tensorboard = true
  /// The family of kernels. run.json never has `auto`.
  var kernels = "auto"
  /// The precision of products and convolutions. It is nil until the kernels are chosen, and in
  /// run.json files that are older than the choice.
  var precision: String?
  var convolution = "auto"
  /// The tuned variants by operation and shape; nil until they are loaded.
  var tuning: [String: String]?
  /// The folder of kernel files; nil for the embedded ones.
  var kernelDir: String?
  /// The device's name in run.json; before that, as the user asked for it; empty for the default.
  var device = ""

  /// Settings with nothing chosen.
  static let blank = RunSettings(
    model: "", dataset: "", batchSize: 1, learningRate: 1, beta1: 0)

  static let defaultEpochs = 100
  static let defaultSeed: UInt64 = 1
  static let defaultSampleEvery = 5
  static let defaultCheckpointEvery = 10

  /// The precision of products and convolutions, float32 if none is recorded.
  var precisionOrDefault: String { precision ?? "float32" }

  /// Sets how the model learns as in `other`: the settings that a preset stands for.
  mutating func learn(as other: RunSettings) {
    learningRate = other.learningRate
    discriminatorLearningRate = other.discriminatorLearningRate
    beta1 = other.beta1
    (beta, betaWarmup, realLabel) = (other.beta, other.betaWarmup, other.realLabel)
    likelihood = other.likelihood
  }

  /// The options of the settings that `learn(as:)` sets.
  static let learningOptions = [
    "--learning-rate", "--discriminator-learning-rate", "--beta1", "--beta", "--beta-warmup",
    "--likelihood", "--real-label",
  ]
}

/// An integer that JSON holds as text, since not every reader's numbers have 64 bits.
@propertyWrapper
struct TextEncoded: Codable, Equatable, Sendable {
  var wrappedValue: UInt64

  init(wrappedValue: UInt64) { self.wrappedValue = wrappedValue }

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    guard let value = UInt64(try container.decode(String.self)) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "not an integer of 64 bits")
    }
    wrappedValue = value
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(String(wrappedValue))
  }
}
