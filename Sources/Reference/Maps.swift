/// The shape of a batch of maps, NHWC: (batch, height, width, channels).
public struct ReferenceMaps: Sendable, Equatable {
  /// The number of images.
  public let batch: Int
  /// Rows of a map.
  public let height: Int
  /// Columns of a map.
  public let width: Int
  /// Channels of a map.
  public let channels: Int

  /// Creates the shape.
  public init(batch: Int, height: Int, width: Int, channels: Int) {
    self.batch = batch
    self.height = height
    self.width = width
    self.channels = channels
  }

  /// The number of elements.
  public var count: Int { batch * height * width * channels }
}
