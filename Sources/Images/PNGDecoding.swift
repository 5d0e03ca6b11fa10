import CPNG

extension Picture {
  /// The chunks that define the pixels. Others could make libpng unpack a thousand texts of 8 MB
  /// each.
  private static let kinds: Set<String> = ["IHDR", "PLTE", "tRNS", "IDAT", "IEND"]

  /// Returns a PNG file without the chunks that do not define pixels.
  static func pictureChunks(of bytes: [UInt8]) -> [UInt8] {
    PNGChunks(bytes).reduce(into: Array(bytes.prefix(8))) { kept, chunk in
      if kinds.contains(chunk.kind) { kept += chunk.bytes }
    }
  }

  /// Decodes a PNG file of this header, as it is stored.
  ///
  /// - Throws: `ImageError.decoding` with libpng's message.
  static func decodePNG(
    _ bytes: [UInt8], _ header: PictureHeader, background: Colour
  ) throws(ImageError) -> Picture {
    let shape = header.stored
    var samples = [UInt8](repeating: 0, count: shape.elements)
    let message = pictureChunks(of: bytes).withUnsafeBufferPointer { file in
      var reader = png_reader()
      (reader.bytes, reader.count) = (file.baseAddress, file.count)
      let isDecoded = png_decode(
        &reader, &samples, shape.width * shape.channels, shape.height, header.hasAlpha ? 1 : 0)
      return isDecoded != 0 ? nil : text(of: reader.message)
    }
    if let message { throw .decoding("the PNG picture is damaged (\(message))") }
    let channels = header.shape.channels
    if header.hasAlpha {
      return Picture(
        height: shape.height, width: shape.width, blending: samples, channels: channels,
        with: background)
    }
    return try Picture(shape: shape, pixels: samples)
  }

  /// Returns the zero-terminated text in an array of C, which Swift imports as a tuple.
  static func text<Characters>(of characters: Characters) -> String {
    withUnsafeBytes(of: characters) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }
}
