import CPNG
import Testing

@testable import Reports

struct PNGEncodingTests {
  /// Decodes with libpng's own reader.
  func decode(_ bytes: [UInt8]) throws -> GrayImage {
    var image = png_image()
    image.version = png_uint_32(PNG_IMAGE_VERSION)
    try #require(png_image_begin_read_from_memory(&image, bytes, bytes.count) != 0)
    // Greyscale without alpha or colour in the file itself, not by conversion.
    #expect(image.format == png_uint_32(PNG_FORMAT_GRAY))
    image.format = png_uint_32(PNG_FORMAT_GRAY)
    let (width, height) = (Int(image.width), Int(image.height))
    var pixels = [UInt8](repeating: 0, count: width * height)
    try #require(png_image_finish_read(&image, nil, &pixels, 0, nil) != 0)
    return try GrayImage(width: width, height: height, pixels: pixels)
  }

  @Test(arguments: [(1, 1), (3, 2), (28, 28), (257, 5)])
  func roundTrip(width: Int, height: Int) throws {
    let pixels = (0..<(width * height)).map { UInt8(truncatingIfNeeded: $0 &* 37) }
    let image = try GrayImage(width: width, height: height, pixels: pixels)
    let bytes = try image.png()
    #expect(bytes.prefix(8) == [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
    #expect(try decode(bytes) == image)
    #expect(try image.png() == bytes)
  }

  @Test func aPictureWithoutPixelsIsRefused() {
    #expect(throws: ImageError.self) { try GrayImage(width: 0, height: 4, shade: 0).png() }
    #expect(throws: ImageError.self) { try GrayImage(width: 4, height: 0, shade: 0).png() }
  }
}
