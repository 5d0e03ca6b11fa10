import Files
import Images

/// Digits that look handwritten, drawn by the program: a data set that needs no download.
///
/// Each image uses one of several shapes of its digit, moves the points, bends, slants, rotates and
/// scales the strokes, and draws them with a round pen. As in MNIST, a digit fits in a box of about
/// 20×20 pixels and its centre of mass is the image's centre; it is white on black.
public enum SyntheticDigits {
  /// The name of the set on the command line.
  package static let name = "synthetic-digits"

  /// Draws the set. The same arguments give the same bytes on every machine.
  /// - Parameters:
  ///   - seed: Selects one of the possible sets.
  ///   - trainCount: The number of training images.
  ///   - validationCount: The number of validation images.
  ///   - limit: Draw only the first `limit` training images; the validation images stay the same.
  public static func make(
    seed: UInt64 = 1, trainCount: Int = 60_000, validationCount: Int = 10_000, limit: Int? = nil
  ) -> Dataset {
    Dataset(
      name: name, train: draw(0..<min(trainCount, limit ?? trainCount), seed: seed),
      validation: draw(trainCount..<trainCount + validationCount, seed: seed),
      classes: (0..<10).map { ImageClass(label: $0) },
      from: DataSource("drawn by the program"))
  }

  private static func draw(_ items: Range<Int>, seed: UInt64) -> ImageSet {
    var pixels = [UInt8](repeating: 0, count: items.count * ImageShape.mnist.elements)
    var labels = [UInt8](repeating: 0, count: items.count)
    let perBlock = 256
    pixels.withUnsafeMutableBufferPointer { pixels in
      labels.withUnsafeMutableBufferPointer { labels in
        // Each block writes only to its own images.
        nonisolated(unsafe) let (pixels, labels) = (pixels, labels)
        forEachInParallel((items.count + perBlock - 1) / perBlock) {
          for image in $0 * perBlock..<min(($0 + 1) * perBlock, items.count) {
            let start = image * ImageShape.mnist.elements
            labels[image] = draw(
              into: UnsafeMutableBufferPointer(
                rebasing: pixels[start..<start + ImageShape.mnist.elements]),
              random: SplitMix64(seed: seed, item: items.lowerBound + image))
          }
        }
      }
    }
    return ImageSet(pixels: pixels, labels: labels)
  }

  /// Draws one digit on a black image and returns the digit.
  private static func draw(
    into pixels: UnsafeMutableBufferPointer<UInt8>, random: SplitMix64
  ) -> UInt8 {
    var random = random
    let digit = random.index(below: 10)
    var hand = Hand(random: random)
    let canvas = StrokeCanvas(pixels: pixels, softness: hand.softness)
    for segment in hand.write(DigitShape.all[digit]) { canvas.draw(segment) }
    return UInt8(digit)
  }
}
