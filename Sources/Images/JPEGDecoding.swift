import CJPEG

extension Picture {
  /// Warnings of libjpeg-turbo that do not concern the pixels.
  private static let harmless = [
    "extraneous bytes before marker", "unknown JFIF revision", "Unknown Adobe color transform",
    "Inconsistent progression sequence", "Invalid SOS parameters",
  ]

  /// Decodes a JPEG file of this header, as it is stored.
  ///
  /// - Throws: `ImageError.decoding` with libjpeg-turbo's message, also for a file that is cut off.
  static func decodeJPEG(
    _ bytes: [UInt8], _ header: PictureHeader
  ) throws(ImageError) -> Picture {
    guard JPEGSegments(bytes).areWhole else { throw .decoding("the JPEG picture is cut off") }
    guard let decoder = tjInitDecompress() else {
      throw .decoding("libjpeg-turbo has no memory for the JPEG picture")
    }
    defer { tjDestroy(decoder) }
    let shape = header.stored
    let format =
      switch shape.channels {
      case 1: TJPF_GRAY
      case 3: TJPF_RGB
      default: TJPF_CMYK
      }
    var samples = [UInt8](repeating: 0, count: shape.elements)
    let status = tjDecompress2(
      decoder, bytes, UInt(bytes.count), &samples, CInt(shape.width),
      CInt(shape.width * shape.channels), CInt(shape.height), format.rawValue,
      TJFLAG_ACCURATEDCT | TJFLAG_LIMITSCANS)
    if status != 0 {
      let message = String(cString: tjGetErrorStr2(decoder))
      guard Self.harmless.contains(where: message.contains) else {
        throw .decoding("the JPEG picture is damaged (\(message))")
      }
    }
    guard shape.channels == 4 else { return try Picture(shape: shape, pixels: samples) }
    return Picture(height: shape.height, width: shape.width, invertedCMYK: samples)
  }
}
