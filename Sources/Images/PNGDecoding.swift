import CPNG

extension GrayImage {
  /// The longest side that is decoded. It is checked before memory is allocated.
  private static let longestSide: png_uint_32 = 4096

  /// Decodes a grey PNG file of 1 to 16 bits per pixel.
  ///
  /// The stored numbers are the shades: fewer bits are scaled to 0...255, and a 16-bit value v
  /// becomes v / 257, rounded. Chunks about gamma and colour spaces are ignored.
  ///
  /// - Throws: `ImageError.decoding` with libpng's message or the reason, also for colours,
  ///   transparency, or too many pixels.
  public init(png bytes: [UInt8]) throws {
    guard !bytes.isEmpty else { throw ImageError.decoding("the file is empty") }
    // NOTE: libpng uses the pointer from the first call to the last.
    let (width, height, pixels) = try Self.pictureChunks(of: bytes).withUnsafeBufferPointer {
      try Self.decode($0)
    }
    try self.init(width: width, height: height, pixels: pixels)
  }

  /// The chunks that define the pixels. Those about gamma and colour spaces (gAMA, cHRM, sRGB,
  /// iCCP) would make libpng change the numbers.
  private static let kinds: Set<String> = ["IHDR", "PLTE", "tRNS", "IDAT", "IEND"]

  /// Returns the file without the chunks that do not define pixels: libpng would unpack a thousand
  /// texts of 8 MB each.
  static func pictureChunks(of bytes: [UInt8]) -> [UInt8] {
    var kept = Array(bytes.prefix(8))
    var start = 8
    // A chunk consists of the length of its content, its kind, the content and a checksum.
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
    _ bytes: UnsafeBufferPointer<UInt8>
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
    guard image.format & notGray == 0 else {
      throw ImageError.decoding("it has colours or transparency, and must be grey")
    }
    let (width, height) = (Int(image.width), Int(image.height))
    // NOTE: by default libpng treats 16 bits as linear light and encodes it. Without that, it mixes
    // up the rows of interlaced pictures. If asked for 16 bits, it leaves them unchanged.
    if image.format & png_uint_32(PNG_FORMAT_FLAG_LINEAR) != 0 {
      image.format = png_uint_32(PNG_FORMAT_LINEAR_Y)
      let values: [UInt16] = try read(&image, count: width * height)
      return (width, height, values.map { UInt8((Int($0) + 128) / 257) })
    }
    image.format = png_uint_32(PNG_FORMAT_GRAY)
    return (width, height, try read(&image, count: width * height))
  }

  private static func read<Value: FixedWidthInteger>(
    _ image: inout png_image, count: Int
  ) throws -> [Value] {
    var values = [Value](repeating: 0, count: count)
    guard png_image_finish_read(&image, nil, &values, 0, nil) != 0 else {
      throw ImageError.decoding(message(of: image))
    }
    return values
  }
}
