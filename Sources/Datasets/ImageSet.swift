import Images

/// Images of one shape, with or without labels.
public struct ImageSet: Equatable, Sendable {
  /// The shape of each image.
  public let shape: ImageShape
  /// The pixels: (count, height, width, channels), row by row from the top, 0 black to 255 white.
  public let storage: Pixels
  /// The label of each image: (count); nil if there are none.
  public let labels: [UInt8]?

  /// The number of images.
  public var count: Int { storage.count / shape.elements }
  /// The pixels as an array: a copy of all of them if they are in a file.
  public var pixels: [UInt8] { storage.bytes }

  /// Makes a set, by default of images of MNIST's shape. The numbers of images and labels must
  /// agree; the callers check that.
  public init(pixels: [UInt8], shape: ImageShape = .mnist, labels: [UInt8]?) {
    self.init(storage: Pixels(pixels), shape: shape, labels: labels)
  }

  /// Makes a set of pixels in memory or in a file, as `init(pixels:shape:labels:)` does.
  init(storage: Pixels, shape: ImageShape, labels: [UInt8]?) {
    precondition(storage.count.isMultiple(of: shape.elements))
    precondition(labels.map { $0.count == storage.count / shape.elements } ?? true)
    self.shape = shape
    self.storage = storage
    self.labels = labels
  }

  /// Returns some of the images, which must be there.
  func images(_ range: Range<Int>) -> ImageSet {
    let size = shape.elements
    return ImageSet(
      storage: storage[range.lowerBound * size..<range.upperBound * size], shape: shape,
      labels: labels.map { Array($0[range]) })
  }

  /// The images with rows and columns exchanged.
  var transposed: ImageSet {
    let turned = ImageShape(height: shape.width, width: shape.height, channels: shape.channels)
    let pixels = pixels
    var result = pixels
    for start in stride(from: 0, to: pixels.count, by: shape.elements) {
      for row in 0..<turned.height {
        for column in 0..<turned.width {
          for channel in 0..<shape.channels {
            let from = (column * shape.width + row) * shape.channels + channel
            let to = (row * turned.width + column) * shape.channels + channel
            result[start + to] = pixels[start + from]
          }
        }
      }
    }
    return ImageSet(pixels: result, shape: turned, labels: labels)
  }

  /// The number of images with each label: (256); all 0 without labels.
  package var labelCounts: [Int] {
    (labels ?? []).reduce(into: [Int](repeating: 0, count: 256)) { $0[Int($1)] += 1 }
  }
}
