/// What the head of a file says about its picture, read without decoding it.
public struct PictureHeader: Sendable, Equatable {
  /// The file's format.
  public let format: PictureFormat
  /// The shape of the picture after it is turned as its EXIF data ask. It has 1 channel for shades
  /// of grey, and 3 for colours, palettes and CMYK.
  public let shape: ImageShape
  /// Whether some pixels may be transparent.
  public let hasAlpha: Bool
  /// The shape of what the decoder makes: not turned, with the channels of alpha or CMYK.
  let stored: ImageShape
  /// How the stored picture is turned.
  let orientation: Orientation
  /// The smallest file that can hold the picture.
  let leastFileBytes: Int

  /// The longest side that is decoded.
  static let longestSide = 16_384
  /// The most pixels that are decoded. The photos of most cameras have fewer.
  static let mostPixels = 64_000_000
  /// The most pixels that are decoded of a file below 1 MiB: 64 MB, if they have four channels.
  static let mostPixelsOfASmallFile = 16_000_000

  /// Reads the head of a PNG or JPEG file.
  ///
  /// The beginning of a file suffices if it reaches the pixels, except for a PNG file whose EXIF
  /// data are after them.
  ///
  /// - Throws: `ImageError.decoding` for another format, a damaged head, or too many pixels.
  public init(of bytes: [UInt8]) throws(ImageError) {
    guard !bytes.isEmpty else { throw .decoding("the file is empty") }
    switch PictureFormat(of: bytes) {
    case .png: self = try PNGChunks(bytes).header()
    case .jpeg: self = try JPEGSegments(bytes).header()
    case nil: throw .decoding("it is neither a PNG nor a JPEG picture")
    }
    let (width, height) = (stored.width, stored.height)
    guard width > 0, height > 0 else {
      throw .decoding("the \(format) picture has \(width) x \(height) pixels")
    }
    // NOTE: the sides are checked first, so that the product cannot overflow.
    guard max(width, height) <= Self.longestSide, width * height <= Self.mostPixels else {
      throw .decoding(
        """
        its \(width) x \(height) pixels are too many; \(Self.longestSide) on a side and \
        \(Self.mostPixels) in all are possible
        """)
    }
  }

  init(
    _ format: PictureFormat, stored: ImageShape, channels: Int, hasAlpha: Bool,
    orientation: Orientation, leastFileBytes: Int
  ) {
    self.format = format
    self.stored = stored
    self.hasAlpha = hasAlpha
    self.orientation = orientation
    self.leastFileBytes = leastFileBytes
    shape = orientation.shape(
      ImageShape(height: stored.height, width: stored.width, channels: channels))
  }

  /// Checks that a file of `count` bytes can hold the picture, before it is decoded.
  ///
  /// - Throws: `ImageError.decoding` if not.
  func check(fileBytes count: Int) throws(ImageError) {
    let isSmall = count < 1 << 20
    guard count >= leastFileBytes,
      !isSmall || stored.width * stored.height <= Self.mostPixelsOfASmallFile
    else {
      throw .decoding(
        "a file of \(count) bytes is too small for \(stored.width) x \(stored.height) pixels")
    }
  }
}
