/// An 8-bit grey picture: (height, width) bytes, row-major, 0 black and 255 white.
public struct GrayImage: Sendable, Equatable {
  /// Columns.
  public let width: Int
  /// Rows.
  public let height: Int
  /// The bytes, row by row from the top.
  public private(set) var pixels: [UInt8]

  /// Makes a picture of one shade; a negative size counts as 0.
  public init(width: Int, height: Int, shade: UInt8) {
    self.width = max(0, width)
    self.height = max(0, height)
    self.pixels = [UInt8](repeating: shade, count: self.width * self.height)
  }

  /// Makes a picture from bytes.
  ///
  /// - Throws: `ImageError.size` unless there are width · height of them.
  public init(width: Int, height: Int, pixels: [UInt8]) throws(ImageError) {
    let (area, overflow) = width.multipliedReportingOverflow(by: height)
    guard width >= 0, height >= 0, !overflow, pixels.count == area else {
      throw .size(values: pixels.count, width: width, height: height)
    }
    self.width = width
    self.height = height
    self.pixels = pixels
  }

  /// Returns the pictures in an (n, height, width) array of bytes.
  ///
  /// - Throws: `ImageError.size` if the array is not a whole number of pictures.
  public static func tiles(
    _ bytes: [UInt8], width: Int = 28, height: Int = 28
  ) throws(ImageError) -> [GrayImage] {
    let (area, overflow) = width.multipliedReportingOverflow(by: height)
    guard width > 0, height > 0, !overflow, bytes.count.isMultiple(of: area) else {
      throw .size(values: bytes.count, width: width, height: height)
    }
    var tiles: [GrayImage] = []
    for start in stride(from: 0, to: bytes.count, by: area) {
      let pixels = Array(bytes[start..<(start + area)])
      tiles.append(try GrayImage(width: width, height: height, pixels: pixels))
    }
    return tiles
  }

  /// Returns the pictures in an (n, height, width) array of numbers.
  ///
  /// `low` becomes black and `high` white, values outside are clipped, and NaN becomes black.
  ///
  /// - Throws: `ImageError.size` if the array is not a whole number of pictures.
  public static func tiles(
    _ values: [Float], low: Float = 0, high: Float = 1, width: Int = 28, height: Int = 28
  ) throws(ImageError) -> [GrayImage] {
    let bytes = values.map { value in
      let unit = (value - low) / (high - low)
      return unit > 0 ? UInt8((min(unit, 1) * 255).rounded()) : 0
    }
    return try tiles(bytes, width: width, height: height)
  }

  /// The byte at a position; nil outside the picture.
  public subscript(x: Int, y: Int) -> UInt8? {
    guard x >= 0, x < width, y >= 0, y < height else { return nil }
    return pixels[y * width + x]
  }

  /// Fills a rectangle, clipped to the picture.
  public mutating func fill(x: Int, y: Int, width: Int, height: Int, shade: UInt8) {
    let columns = max(0, x)..<max(0, x, min(self.width, x + width))
    for row in max(0, y)..<max(0, y, min(self.height, y + height)) {
      for column in columns {
        pixels[row * self.width + column] = shade
      }
    }
  }

  /// Draws a picture with its upper left corner at (x, y), each pixel as a zoom × zoom square,
  /// clipped to this picture.
  public mutating func draw(_ image: GrayImage, x: Int, y: Int, zoom: Int = 1) {
    for row in 0..<image.height {
      for column in 0..<image.width {
        fill(
          x: x + column * zoom, y: y + row * zoom, width: zoom, height: zoom,
          shade: image.pixels[row * image.width + column])
      }
    }
  }
}

/// Why a picture could not be made.
public enum ImageError: Error, Equatable, CustomStringConvertible {
  /// The number of values does not fit the picture's size.
  case size(values: Int, width: Int, height: Int)
  /// libpng failed; the text is its message.
  case encoding(String)
  /// The bytes are not a usable PNG file; the text is libpng's message, or says what is too large.
  case decoding(String)

  /// One line: what failed and on what.
  public var description: String {
    switch self {
    case .size(let values, let width, let height):
      "\(values) values do not make whole pictures of \(width) x \(height); check the shape"
    case .encoding(let message):
      "cannot encode a PNG picture: \(message); check the picture's size and the free memory"
    case .decoding(let message):
      "not a usable PNG picture: \(message); replace the file"
    }
  }
}
