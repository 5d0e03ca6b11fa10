import Reports
import Testing

struct PNGDecodingTests {
  private static func picture() throws -> GrayImage {
    try GrayImage(width: 7, height: 5, pixels: (0..<35).map { UInt8($0 * 7) })
  }

  @Test func whatWasEncodedIsDecoded() throws {
    let image = try Self.picture()
    #expect(try GrayImage(png: image.png()) == image)
  }

  @Test func aFileCutAnywhereIsRefused() throws {
    let bytes = try Self.picture().png()
    // The last twelve bytes are an end mark that libpng does not ask for.
    for count in 0..<bytes.count - 12 {
      #expect(throws: ImageError.self, "\(count) bytes") {
        try GrayImage(png: Array(bytes.prefix(count)))
      }
    }
  }

  @Test func aPictureThatClaimsTooMuchIsRefused() throws {
    var bytes = try Self.picture().png()
    // The header's width,.
    bytes.replaceSubrange(16..<20, with: [0x7F, 0xFF, 0xFF, 0xFF])
    #expect(throws: ImageError.self) { try GrayImage(png: bytes) }
  }
}
