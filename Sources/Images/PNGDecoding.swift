import CPNG

extension GrayImage {
  /// The longest side that is decoded: what a file claims is checked before memory is taken for it.
  private static let longestSide: png_uint_32 = 4096

  /// The picture in the bytes of a PNG file.
  ///
  /// - Parameter grayOnly: refuse colours and transparency. Otherwise colours become greys, as libpng converts them, and
  ///   what is transparent is laid on black.
  /// - Throws: `ImageError.decoding` with libpng's message, or where the picture is too large.
  public init(png bytes: [UInt8], grayOnly: Bool = false) throws {
    // NOTE: libpng keeps the pointer from the first call to the last.
    let (width, height, pixels) = try Self.pictureChunks(of: bytes).withUnsafeBufferPointer {
      try Self.decode($0, grayOnly: grayOnly)
    }
    try self.init(width: width, height: height, pixels: pixels)
  }

  /// The chunks that say what the pixels are.
  private static let kinds: Set<String> = [
    "IHDR", "PLTE", "tRNS", "gAMA", "cHRM", "sRGB", "IDAT", "IEND",
  ]

  /// The file without the chunks that say nothing of the pixels: libpng would unpack a thousand
  /// texts of 8 MB each.
  static func pictureChunks(of bytes: [UInt8]) -> [UInt8] {
    var kept = Array(bytes.prefix(8))
    var start = 8
    // A chunk is the length of its content, its kind, the content and a checksum.
    while bytes.count - start >= 12 {
      let length = bytes[start..<start + 4].reduce(0) { $0 << 8 | Int($1) }
      guard length <= bytes.count - start - 12 else { break }
      let chunk = bytes[start..<start + 12 + length]
      if kinds.contains(String(decoding: chunk.dropFirst(4).prefix(4), as: UTF8.self)) {
        kept += chunk
      }
      start = chunk.endIndex
    }
    return kept
  }

  private static func decode(
    _ bytes: UnsafeBufferPointer<UInt8>, grayOnly: Bool
  ) throws -> (width: Int, height: Int, pixels: [UInt8]) {
    var image = png_image()
    image.version = png_uint_32(PNG_IMAGE_VERSION)
    defer { png_image_free(&image) }
    guard png_image_begin_read_from_memory(&image, bytes.baseAddress, bytes.count) != 0 else {
      throw ImageError.decoding(message(of: image))
    }
    guard image.width <= longestSide, image.height <= longestSide else {
      throw ImageError.decoding("\(image.width) x \(image.height) pixels are too many")
    }
    let notGray = png_uint_32(PNG_FORMAT_FLAG_COLOR) | png_uint_32(PNG_FORMAT_FLAG_ALPHA)
    guard !grayOnly || image.format & notGray == 0 else {
      throw ImageError.decoding("it is not grey alone but has colours or transparency")
    }
    image.format = png_uint_32(PNG_FORMAT_GRAY)
    let (width, height) = (Int(image.width), Int(image.height))
    var pixels = [UInt8](repeating: 0, count: width * height)
    var background = png_color(red: 0, green: 0, blue: 0)
    guard png_image_finish_read(&image, &background, &pixels, 0, nil) != 0 else {
      throw ImageError.decoding(message(of: image))
    }
    return (width, height, pixels)
  }
}
