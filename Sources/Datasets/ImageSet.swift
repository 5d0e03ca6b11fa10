/// Grey images of 28×28 pixels, with or without labels.
public struct ImageSet: Equatable, Sendable {
  /// The side of an image in pixels.
  public static let side = 28
  /// The pixels of one image.
  public static let pixelsPerImage = side * side

  /// The pixels: (count, 28, 28), row by row from the top, 0 black to 255 white.
  public let pixels: [UInt8]
  /// The label of each image: (count); nil if there are none.
  public let labels: [UInt8]?

  /// The number of images.
  public var count: Int { pixels.count / Self.pixelsPerImage }

  /// Makes a set. The numbers of images and labels must agree; the callers check that.
  public init(pixels: [UInt8], labels: [UInt8]?) {
    precondition(pixels.count.isMultiple(of: Self.pixelsPerImage))
    precondition(labels.map { $0.count == pixels.count / Self.pixelsPerImage } ?? true)
    self.pixels = pixels
    self.labels = labels
  }

  /// Returns the first `count` images; there must be at least as many.
  func prefix(_ count: Int) -> ImageSet {
    ImageSet(
      pixels: Array(pixels.prefix(count * Self.pixelsPerImage)),
      labels: labels.map { Array($0.prefix(count)) })
  }

  /// The images with rows and columns exchanged.
  var transposed: ImageSet {
    var turned = pixels
    for start in stride(from: 0, to: pixels.count, by: Self.pixelsPerImage) {
      for row in 0..<Self.side {
        for column in 0..<Self.side {
          turned[start + row * Self.side + column] = pixels[start + column * Self.side + row]
        }
      }
    }
    return ImageSet(pixels: turned, labels: labels)
  }

  /// The number of images with each label: (256); all 0 without labels.
  package var labelCounts: [Int] {
    (labels ?? []).reduce(into: [Int](repeating: 0, count: 256)) { $0[Int($1)] += 1 }
  }
}
