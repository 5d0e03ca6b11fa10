/// A classifier whose features images are compared by: a network that makes features, and a layer that tells classes by
/// them.
public protocol ClassifyingModel: Sendable {
  /// Its name in files.
  static var name: String { get }
  /// The network that makes features of images in [0, 1].
  static var features: Network { get }
  /// The network that makes a logit for each class of features.
  static var head: Network { get }
  /// Images in a batch of its training.
  static var batchSize: Int { get }
  /// Adam's learning rate.
  static var learningRate: Double { get }
  /// Pixels by which its training moves an image at most: more images than there are.
  static var shift: Int { get }
  /// Passes over the images.
  static var epochs: Int { get }
  /// The last of them, at a tenth of the learning rate.
  static var settlingEpochs: Int { get }
}

extension ClassifyingModel {
  /// The width of a feature vector.
  public static var width: Int { features.output.reduce(1, *) }
  /// The number of classes.
  public static var classes: Int { head.output.reduce(1, *) }
}

/// A small convolutional classifier of ten digits, or of ten other things as large.
public enum DigitClassifier: ClassifyingModel {
  public static let name = "digit-classifier"
  public static let batchSize = 100
  public static let learningRate = 2e-3
  public static let shift = 1
  public static let epochs = 12
  public static let settlingEpochs = 4

  public static let features = Network(prefix: "features", input: 28, 28, 1) {
    Conv2D("conv0", to: 16, stride: 2); ReLU()
    Conv2D("conv1", to: 32, stride: 2); ReLU()
    Linear("fc0", to: 64); LeakyReLU()
  }

  public static let head = Network(prefix: "head", input: 64) {
    Linear("fc1", to: 10)
  }
}
