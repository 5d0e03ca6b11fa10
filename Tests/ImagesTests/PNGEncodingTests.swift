import Testing

@testable import Images

struct PNGEncodingTests {
  /// The colour type in the file's header: 0 is greyscale without alpha.
  private static let colourType = 25

  @Test(arguments: [(1, 1), (3, 2), (28, 28), (257, 5)])
  func roundTrip(width: Int, height: Int) throws {
    let pixels = (0..<(width * height)).map { UInt8(truncatingIfNeeded: $0 &* 37) }
    let image = try GrayImage(width: width, height: height, pixels: pixels)
    let bytes = try image.png()
    #expect(bytes.prefix(8) == [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
    #expect(bytes[Self.colourType] == 0)
    #expect(try GrayImage(png: bytes) == image)
    #expect(try image.png() == bytes)
  }

  @Test func aPictureWithoutPixelsIsRefused() {
    #expect(throws: ImageError.self) { try GrayImage(width: 0, height: 4, shade: 0).png() }
    #expect(throws: ImageError.self) { try GrayImage(width: 4, height: 0, shade: 0).png() }
  }
}
