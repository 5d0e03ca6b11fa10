/// An 8-bit picture, in grey or in red, green and blue: (height, width, channels) bytes, row-major,
/// 0 dark and 255 bright.
public struct Picture: Sendable, Equatable {
  /// The rows, columns and channels, of which there are 1 or 3.
  public let shape: ImageShape
  /// The bytes, row by row from the top.
  public private(set) var pixels: [UInt8]

  /// Columns.
  public var width: Int { shape.width }
  /// Rows.
  public var height: Int { shape.height }
  /// 1 for grey, 3 for red, green and blue.
  public var channels: Int { shape.channels }

  /// Makes a picture of one shade of grey; a negative size counts as 0, and another number of
  /// channels than 3 as 1.
  public init(shape: ImageShape, shade: UInt8) {
    self.shape = ImageShape(
      height: max(0, shape.height), width: max(0, shape.width),
      channels: shape.channels == 3 ? 3 : 1)
    self.pixels = [UInt8](repeating: shade, count: self.shape.elements)
  }

  /// Makes a picture from (height, width, channels) bytes.
  ///
  /// - Throws: `ImageError.size` unless the shape has as many values, and 1 or 3 channels.
  public init(shape: ImageShape, pixels: [UInt8]) throws(ImageError) {
    guard let count = Self.byteCount(of: shape), pixels.count == count else {
      throw .size(values: pixels.count, shape: shape)
    }
    self.shape = shape
    self.pixels = pixels
  }

  /// Makes a picture of a possible shape, all of whose bytes `write` sets.
  init(shape: ImageShape, write: (UnsafeMutableBufferPointer<UInt8>) -> Void) {
    self.shape = shape
    self.pixels = [UInt8](unsafeUninitializedCapacity: shape.elements) { bytes, count in
      write(bytes)
      count = shape.elements
    }
  }

  /// Returns the pictures in an (n, height, width, channels) array of bytes.
  ///
  /// - Throws: `ImageError.size` if the array is not a whole number of pictures.
  public static func tiles(_ bytes: [UInt8], shape: ImageShape) throws(ImageError) -> [Picture] {
    guard let count = byteCount(of: shape), count > 0, bytes.count.isMultiple(of: count) else {
      throw .size(values: bytes.count, shape: shape)
    }
    var tiles: [Picture] = []
    for start in stride(from: 0, to: bytes.count, by: count) {
      tiles.append(try Picture(shape: shape, pixels: Array(bytes[start..<(start + count)])))
    }
    return tiles
  }

  /// Returns the pictures in an (n, height, width, channels) array of numbers.
  ///
  /// `low` becomes 0 and `high` 255, values outside are clipped, and NaN becomes 0.
  ///
  /// - Throws: `ImageError.size` if the array is not a whole number of pictures.
  public static func tiles(
    _ values: [Float], low: Float = 0, high: Float = 1, shape: ImageShape
  ) throws(ImageError) -> [Picture] {
    let bytes = values.map { value in
      let unit = (value - low) / (high - low)
      return unit > 0 ? UInt8((min(unit, 1) * 255).rounded()) : 0
    }
    return try tiles(bytes, shape: shape)
  }

  /// Returns the number of bytes of a picture; nil if a picture cannot have the shape.
  private static func byteCount(of shape: ImageShape) -> Int? {
    let (area, overflow) = shape.width.multipliedReportingOverflow(by: shape.height)
    let (count, overflowAgain) = area.multipliedReportingOverflow(by: shape.channels)
    guard shape.width >= 0, shape.height >= 0, [1, 3].contains(shape.channels), !overflow,
      !overflowAgain
    else { return nil }
    return count
  }

  /// The byte of a channel at a position; nil outside the picture.
  public subscript(x: Int, y: Int, channel: Int = 0) -> UInt8? {
    guard x >= 0, x < width, y >= 0, y < height, channel >= 0, channel < channels else {
      return nil
    }
    return pixels[(y * width + x) * channels + channel]
  }

  /// Fills a rectangle with a shade of grey, clipped to the picture.
  public mutating func fill(x: Int, y: Int, width: Int, height: Int, shade: UInt8) {
    let pixel = [UInt8](repeating: shade, count: channels)
    fill(x: x, y: y, width: width, height: height, with: pixel[...])
  }

  /// Draws a picture with its upper left corner at (x, y), each pixel as a zoom × zoom square,
  /// clipped to this picture. It is first converted to this picture's channels.
  public mutating func draw(_ picture: Picture, x: Int, y: Int, zoom: Int = 1) {
    let picture = picture.converted(to: channels)
    for row in 0..<picture.height {
      for column in 0..<picture.width {
        let start = (row * picture.width + column) * channels
        fill(
          x: x + column * zoom, y: y + row * zoom, width: zoom, height: zoom,
          with: picture.pixels[start..<start + channels])
      }
    }
  }

  /// Fills a rectangle with copies of a pixel, clipped to the picture.
  private mutating func fill(
    x: Int, y: Int, width: Int, height: Int, with pixel: ArraySlice<UInt8>
  ) {
    let columns = max(0, x)..<max(0, x, min(self.width, x + width))
    for row in max(0, y)..<max(0, y, min(self.height, y + height)) {
      for column in columns {
        let start = (row * self.width + column) * channels
        for (channel, byte) in pixel.enumerated() { pixels[start + channel] = byte }
      }
    }
  }
}
