extension Picture {
  /// Decodes a PNG or JPEG file of any kind; the first bytes tell the format.
  ///
  /// The picture has 8 bits, and is in grey if the file is, otherwise in colour. Its numbers are
  /// those of Pillow's `open`, `exif_transpose` and `convert("L")` or `convert("RGB")`:
  ///
  /// - Fewer bits than 8 are scaled to 0...255. Of 16 bits the upper 8 count; Pillow does the same,
  ///   except that it clips 16 bits of grey.
  /// - Transparent pixels are blended with the background as by Pillow's `paste`. If that is not
  ///   grey, a grey picture with transparency becomes a picture in colour.
  /// - Chunks about gamma and colour spaces are ignored.
  /// - CMYK values count as inverted, like Adobe's.
  /// - The picture is turned as its EXIF orientation asks.
  ///
  /// Sides of up to 16,384 and 64 million pixels are decoded; of a file below 1 MiB, 16 million.
  ///
  /// - Throws: `ImageError.decoding` for another format and for a file that is cut off, damaged, or
  ///   claims too many pixels, which is checked before memory is allocated.
  public init(decoding bytes: [UInt8], background: Colour = .white) throws(ImageError) {
    let header = try PictureHeader(of: bytes)
    try header.check(fileBytes: bytes.count)
    let picture =
      switch header.format {
      case .png: try Self.decodePNG(bytes, header, background: background)
      case .jpeg: try Self.decodeJPEG(bytes, header)
      }
    self = picture.turned(header.orientation)
  }
}
