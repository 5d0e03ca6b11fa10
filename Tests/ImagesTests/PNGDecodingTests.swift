import TestFiles
import Testing

@testable import Images

struct PNGDecodingTests {
  private static func picture() throws -> Picture {
    try Picture(
      shape: ImageShape(height: 5, width: 7, channels: 1), pixels: (0..<35).map { UInt8($0 * 7) })
  }

  @Test func encodedPicturesDecodeUnchanged() throws {
    let image = try Self.picture()
    #expect(try Picture(decoding: image.png()) == image)
  }

  @Test func aFileCutAnywhereIsRefused() throws {
    let bytes = try Self.picture().png()
    // The last twelve bytes are the end chunk, which libpng does not require.
    for count in 0..<bytes.count - 12 {
      #expect(throws: ImageError.self, "\(count) bytes") {
        try Picture(decoding: Array(bytes.prefix(count)))
      }
    }
  }

  /// The stored numbers are the shades, for every number of bits.
  @Test(arguments: [1, 2, 4, 8], [false, true])
  func fewerBitsAreStretched(depth: Int, isInterlaced: Bool) throws {
    var file = GrayPNG(width: 13, values: (0..<13 * 11).map { $0 * 5 % (1 << depth) })
    (file.depth, file.isInterlaced) = (depth, isInterlaced)
    let image = try Picture(decoding: file.bytes)
    #expect(image.width == 13 && image.height == 11)
    #expect(image.pixels == file.values.map { UInt8($0 * 255 / (1 << depth - 1)) })
  }

  /// All values of 16 bits.
  @Test(arguments: [false, true])
  func ofSixteenBitsTheUpperEightCount(isInterlaced: Bool) throws {
    var file = GrayPNG(width: 256, values: Array(0..<1 << 16))
    (file.depth, file.isInterlaced) = (16, isInterlaced)
    let image = try Picture(decoding: file.bytes)
    #expect(image.pixels == file.values.map { UInt8($0 / 256) })
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
    #expect(try Picture(decoding: file.bytes).pixels == Array(0...255))
  }

  @Test func textsAreLeftOut() throws {
    let file = GrayPNG(width: 7, values: (0..<35).map { $0 * 7 })
    #expect(Picture.pictureChunks(of: file.bytes) == file.bytes)
    var padded = file
    padded.chunks = [("zTXt", Array("ab".utf8))]
    #expect(Picture.pictureChunks(of: padded.bytes) == file.bytes)
    #expect(try Picture(decoding: padded.bytes) == Self.picture())
  }

  @Test(arguments: [0, 7, 8, 19, 20])
  func aFileWithoutWholeChunksHasNone(count: Int) throws {
    let bytes = try Array(Self.picture().png().prefix(count))
    #expect(Picture.pictureChunks(of: bytes) == Array(bytes.prefix(8)))
  }
}
