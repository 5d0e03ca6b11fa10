import Testing

@testable import Images

struct PNGEncodingTests {
  /// The byte of the file's header that is 0 for grey and 2 for RGB.
  private static let kind = 25

  @Test(arguments: [(1, 1), (3, 2), (28, 28), (257, 5)], [1, 3])
  func roundTrip(size: (width: Int, height: Int), channels: Int) throws {
    let shape = ImageShape(height: size.height, width: size.width, channels: channels)
    let pixels = (0..<shape.elements).map { UInt8(truncatingIfNeeded: $0 &* 37) }
    let image = try Picture(shape: shape, pixels: pixels)
    let bytes = try image.png()
    #expect(bytes.prefix(8) == [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
    #expect(bytes[Self.kind] == channels - 1)
    #expect(try Picture(decoding: bytes) == image)
    #expect(try image.png() == bytes)
  }

  @Test func aPictureWithoutPixelsIsRefused() {
    #expect(throws: ImageError.self) {
      try Picture(shape: ImageShape(height: 4, width: 0, channels: 1), shade: 0).png()
    }
    #expect(throws: ImageError.self) {
      try Picture(shape: ImageShape(height: 0, width: 4, channels: 1), shade: 0).png()
    }
  }
}
