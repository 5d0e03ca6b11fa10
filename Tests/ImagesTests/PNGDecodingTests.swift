import TestFiles
import Testing

@testable import Images

struct PNGDecodingTests {
  private static func picture() throws -> GrayImage {
    try GrayImage(width: 7, height: 5, pixels: (0..<35).map { UInt8($0 * 7) })
  }

  @Test func encodedPicturesDecodeUnchanged() throws {
    let image = try Self.picture()
    #expect(try GrayImage(png: image.png()) == image)
  }

  @Test func aFileCutAnywhereIsRefused() throws {
    let bytes = try Self.picture().png()
    // The last twelve bytes are the end chunk, which libpng does not require.
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

  /// The stored numbers are the shades, for every number of bits.
  @Test(arguments: [1, 2, 4, 8], [false, true])
  func fewerBitsAreStretched(depth: Int, isInterlaced: Bool) throws {
    var file = GrayPNG(width: 13, values: (0..<13 * 11).map { $0 * 5 % (1 << depth) })
    (file.depth, file.isInterlaced) = (depth, isInterlaced)
    let image = try GrayImage(png: file.bytes)
    #expect(image.width == 13 && image.height == 11)
    #expect(image.pixels == file.values.map { UInt8($0 * 255 / (1 << depth - 1)) })
  }

  /// All values of 16 bits.
  @Test(arguments: [false, true])
  func sixteenBitsAreRounded(isInterlaced: Bool) throws {
    var file = GrayPNG(width: 256, values: Array(0..<1 << 16))
    (file.depth, file.isInterlaced) = (16, isInterlaced)
    let image = try GrayImage(png: file.bytes)
    let rounded = file.values.map { UInt8((Double($0) / 257).rounded()) }
    #expect(image.pixels == rounded)
  }

  /// gAMA of 1, of 1/2.2 and of 0; sRGB; primaries; an invalid colour profile; fewer significant
  /// bits; a background.
  @Test(
    arguments: [
      ("gAMA", [0, 1, 0x86, 0xA0]), ("gAMA", [0, 0, 0xB1, 0x8F]), ("gAMA", [0, 0, 0, 0]),
      ("sRGB", [0]), ("cHRM", [UInt8](repeating: 1, count: 32)), ("iCCP", Array("x\0\0x".utf8)),
      ("sBIT", [3]), ("bKGD", [0, 9]),
    ] as [(String, [UInt8])],
    [8, 16])
  func chunksAboutGammaAreIgnored(chunk: (String, [UInt8]), depth: Int) throws {
    var file = GrayPNG(width: 16, values: (0..<256).map { depth == 8 ? $0 : $0 * 257 })
    (file.depth, file.chunks) = (depth, [chunk])
    #expect(try GrayImage(png: file.bytes).pixels == Array(0...255))
  }

  @Test func transparencyIsRefused() {
    var file = GrayPNG(width: 2, values: [0, 1])
    file.chunks = [("tRNS", [0, 1])]
    #expect(
      throws: ImageError.decoding("it has colours or transparency, and must be grey")
    ) { try GrayImage(png: file.bytes) }
  }

  @Test func anEmptyFileIsReported() {
    #expect(throws: ImageError.decoding("the file is empty")) { try GrayImage(png: []) }
  }

  @Test func textsAreLeftOut() throws {
    let file = GrayPNG(width: 7, values: (0..<35).map { $0 * 7 })
    #expect(GrayImage.pictureChunks(of: file.bytes) == file.bytes)
    var padded = file
    padded.chunks = [("zTXt", Array("ab".utf8))]
    #expect(GrayImage.pictureChunks(of: padded.bytes) == file.bytes)
    #expect(try GrayImage(png: padded.bytes) == Self.picture())
  }

  @Test(arguments: [0, 7, 8, 19, 20])
  func aFileWithoutWholeChunksHasNone(count: Int) throws {
    let bytes = try Array(Self.picture().png().prefix(count))
    #expect(GrayImage.pictureChunks(of: bytes) == Array(bytes.prefix(8)))
  }
}
