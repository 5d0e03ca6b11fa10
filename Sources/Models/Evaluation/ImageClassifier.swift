import Images

/// A classifier whose features are used to compare images: a network that computes features, and a
/// head that computes logits from them.
package protocol ClassifyingModel: Sendable {
  /// Its name in files.
  var name: String { get }
  /// The network that computes features of images in [0, 1].
  var features: Network { get }
  /// The network that computes a logit for each class from features.
  var head: Network { get }
  /// The number of images in a batch.
  var batchSize: Int { get }
  /// Adam's learning rate.
  var learningRate: Double { get }
  /// The largest random shift of a training image in pixels, which augments the data.
  var shift: Int { get }
  /// The number of epochs of its training.
  var epochs: Int { get }
  /// The number of last epochs that run at a tenth of the learning rate.
  var settlingEpochs: Int { get }
}

extension ClassifyingModel {
  /// The width of a feature vector.
  package var width: Int { features.output.reduce(1, *) }
  /// The number of classes.
  package var classes: Int { head.output.reduce(1, *) }
}

/// A small convolutional classifier of images of a shape, for any number of classes.
///
/// Each convolution halves the sides, until they are at most 8 pixels. For MNIST's images there are
/// two.
package struct ImageClassifier: ClassifyingModel {
  /// The width of its feature vectors.
  package static let width = 64

  // The name that classifiers on disk have.
  package let name = "digit-classifier"
  package let batchSize = 100
  package let learningRate = 2e-3
  package let shift = 1
  package let epochs = 12
  package let settlingEpochs = 4
  package let features: Network
  package let head: Network

  /// Creates a classifier with at least one class.
  package init(of shape: ImageShape, classes: Int) {
    var layers: [any Layer] = []
    var (side, convolutions) = (max(shape.height, shape.width), 0)
    while convolutions < 2 || side > 8 {
      let channels = min(16 << convolutions, 64)
      layers += [Conv2D("conv\(convolutions)", to: channels, stride: 2), ReLU()]
      (side, convolutions) = ((side + 1) / 2, convolutions + 1)
    }
    features = Network(
      prefix: "features", input: shape.sizes,
      layers: layers + [Linear("fc0", to: Self.width), LeakyReLU()])
    head = Network(prefix: "head", input: Self.width) {
      Linear("fc1", to: classes)
    }
  }
}
