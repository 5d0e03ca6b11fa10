import CPNG
import Files

extension Picture {
  /// Encodes this picture as a PNG file of 8 bits, in grey or RGB.
  ///
  /// The bytes depend only on the picture and libpng's version: no time stamp is written.
  ///
  /// - Throws: `ImageError.encoding` with libpng's message, for a picture without pixels too.
  public func png() throws(ImageError) -> [UInt8] {
    guard let columns = png_uint_32(exactly: width), let rows = png_uint_32(exactly: height),
      columns > 0, rows > 0
    else {
      throw .encoding("a picture of \(width) x \(height) is not possible")
    }
    var image = png_image()
    image.version = png_uint_32(PNG_IMAGE_VERSION)
    image.format = channels == 3 ? png_uint_32(PNG_FORMAT_RGB) : png_uint_32(PNG_FORMAT_GRAY)
    image.width = columns
    image.height = rows
    defer { png_image_free(&image) }

    // The first call only measures the size; a row stride of 0 means packed rows.
    var size = 0
    guard png_image_write_to_memory(&image, nil, &size, 0, pixels, 0, nil) != 0 else {
      throw .encoding(Self.text(of: image.message))
    }
    var bytes = [UInt8](repeating: 0, count: size)
    guard png_image_write_to_memory(&image, &bytes, &size, 0, pixels, 0, nil) != 0 else {
      throw .encoding(Self.text(of: image.message))
    }
    return Array(bytes.prefix(size))
  }

  /// Writes the picture as a PNG file, at once: a reader sees the old file or the new one.
  ///
  /// - Throws: `ImageError.encoding`; `FileError`.
  public func writePNG(to path: String) throws { try AtomicFile.write(try png(), to: path) }
}
