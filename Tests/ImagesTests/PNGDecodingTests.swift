import Testing

@testable import Images

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
    // The header's width.
    bytes.replaceSubrange(16..<20, with: [0x7F, 0xFF, 0xFF, 0xFF])
    #expect(throws: ImageError.self) { try GrayImage(png: bytes) }
  }

  @Test func sidesOfUpTo4096AreDecoded() throws {
    let longest = GrayImage(width: 4096, height: 1, shade: 7)
    #expect(try GrayImage(png: longest.png()) == longest)
    for (width, height) in [(4097, 1), (1, 4097)] {
      let longer = GrayImage(width: width, height: height, shade: 7)
      #expect(throws: ImageError.decoding("\(width) x \(height) pixels are too many")) {
        try GrayImage(png: longer.png())
      }
    }
  }

  @Test func textsAreLeftOut() throws {
    let bytes = try Self.picture().png()
    #expect(GrayImage.pictureChunks(of: bytes) == bytes)
    let text: [UInt8] = [0, 0, 0, 2] + Array("zTXtab".utf8) + [0, 0, 0, 0]
    // Behind the signature and the header.
    let padded = Array(bytes[..<33]) + text + Array(bytes[33...])
    #expect(GrayImage.pictureChunks(of: padded) == bytes)
    #expect(try GrayImage(png: padded) == Self.picture())
  }

  @Test(arguments: [0, 7, 8, 19, 20])
  func aFileWithoutWholeChunksHasNone(count: Int) throws {
    let bytes = try Array(Self.picture().png().prefix(count))
    #expect(GrayImage.pictureChunks(of: bytes) == Array(bytes.prefix(8)))
  }
}
