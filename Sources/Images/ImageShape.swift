/// The shape of an image: its height, width and channels.
public struct ImageShape: Hashable, Sendable {
  /// Rows.
  public let height: Int
  /// Columns.
  public let width: Int
  /// 1 for grey, 3 for red, green and blue; models may have others.
  public let channels: Int

  /// The shape of MNIST's images, 28×28×1.
  public static let mnist = ImageShape(height: 28, width: 28, channels: 1)

  /// Makes a shape; all sizes must be positive.
  public init(height: Int, width: Int, channels: Int) {
    self.height = height
    self.width = width
    self.channels = channels
  }

  /// The number of values of an image.
  public var elements: Int { height * width * channels }
  /// The sizes, in the order of the elements: (height, width, channels).
  public var sizes: [Int] { [height, width, channels] }
}

extension ImageShape: CustomStringConvertible {
  /// The sizes, such as `28×28×1`.
  public var description: String { "\(height)×\(width)×\(channels)" }
}
