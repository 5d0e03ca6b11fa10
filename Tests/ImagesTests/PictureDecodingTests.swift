import Testing

@testable import Images

/// Files of all kinds, decoded as by Pillow, and files that are refused.
struct PictureDecodingTests {
  @Test func thereAreFilesOfAllKinds() throws {
    let pictures = try PillowPictures.all.get()
    #expect(pictures.decoded.count == 66)
    #expect(pictures.resized.count == 28)
  }

  @Test(arguments: (try? PillowPictures.all.get())?.decoded ?? [])
  func thePixelsMatchPillow(_ expected: PillowPictures.Decoded) throws {
    let bytes = try PillowPictures.bytes(of: expected.name)
    let picture = try Picture(decoding: bytes, background: expected.colour)
    #expect(picture.shape == ImageShape(expected.shape))
    #expect(picture.pixels == expected.pixels.bytes)

    let header = try PictureHeader(of: bytes)
    #expect(header.format == (expected.name.hasSuffix("png") ? .png : .jpeg))
    #expect(header.hasAlpha == expected.hasAlpha)
    let channels = expected.colour.isGrey ? expected.shape[2] : header.shape.channels
    #expect(header.shape == ImageShape([expected.shape[0], expected.shape[1], channels]))
  }

  @Test func theBackgroundIsWhiteByDefault() throws {
    let bytes = try PillowPictures.bytes(of: "rgba8.png")
    #expect(try Picture(decoding: bytes) == Picture(decoding: bytes, background: .white))
    #expect(try Picture(decoding: bytes) != Picture(decoding: bytes, background: .black))
  }

  @Test(arguments: ["grey.jpg", "420.jpg", "444-progressive.jpg", "ycck.jpg", "restarts.jpg"])
  func aJPEGFileCutAnywhereIsRefused(name: String) throws {
    let bytes = try PillowPictures.bytes(of: name)
    for count in 3..<bytes.count {
      #expect(throws: ImageError.decoding("the JPEG picture is cut off"), "\(count) bytes") {
        try Picture(decoding: Array(bytes.prefix(count)))
      }
    }
    // Bytes after the end are allowed.
    #expect(try Picture(decoding: bytes + [0xFF, 0, 1]) == Picture(decoding: bytes))
  }

  /// The end of the data is missing, but not the marker of the end.
  @Test func damagedPixelsAreRefused() throws {
    let bytes = try PillowPictures.bytes(of: "444.jpg")
    let damaged = bytes.dropLast(40) + [0xFF, 0xD9]
    Self.expectRefusal("the JPEG picture is damaged (Corrupt JPEG data") {
      try Picture(decoding: Array(damaged))
    }
  }

  /// Some programs write zeros between segments. libjpeg warns of that, and of a new version.
  @Test func harmlessWarningsAreIgnored() throws {
    let bytes = try PillowPictures.bytes(of: "420.jpg")
    let padded = bytes.prefix(20) + [0, 0, 0] + bytes.dropFirst(20)
    #expect(try Picture(decoding: Array(padded)) == Picture(decoding: bytes))
    var newer = bytes
    newer[11] = 3
    #expect(try Picture(decoding: newer) == Picture(decoding: bytes))
  }

  @Test func filesThatAreNotPicturesAreRefused() {
    #expect(throws: ImageError.decoding("the file is empty")) { try Picture(decoding: []) }
    for text in ["GIF89a", "\u{89}PNG", "x"] {
      #expect(throws: ImageError.decoding("it is neither a PNG nor a JPEG picture")) {
        try Picture(decoding: Array(text.utf8))
      }
    }
    #expect(PictureFormat(of: Array("BM".utf8)) == nil)
  }

  @Test(arguments: ["rgb8.png", "420.jpg"])
  func tooManyPixelsAreRefusedByTheHead(name: String) throws {
    let bytes = try PillowPictures.bytes(of: name)
    for (width, height) in [(60000, 60000), (16385, 1), (1, 16385), (16384, 3907)] {
      Self.expectRefusal("its \(width) x \(height) pixels are too many") {
        try PictureHeader(of: Self.claiming(width, height, bytes))
      }
    }
    #expect(throws: ImageError.self) { try PictureHeader(of: Self.claiming(0, 5, bytes)) }
    // 64 million are possible, but not in such a small file.
    let most = Self.claiming(8000, 8000, bytes)
    #expect(try PictureHeader(of: most).shape == ImageShape([8000, 8000, 3]))
    Self.expectRefusal("a file of \(bytes.count) bytes is too small for 8000 x 8000 pixels") {
      try Picture(decoding: most)
    }
  }

  /// Bytes after the end do not make a small picture larger, but 16 million pixels possible.
  @Test func aFileBelowAMegabyteMayHaveSixteenMillionPixels() throws {
    let bytes = try PillowPictures.bytes(of: "420.jpg")
    let padding = [UInt8](repeating: 0, count: 1_000_000)
    Self.expectRefusal("a file of \(bytes.count + 1_000_000) bytes is too small for") {
      try Picture(decoding: Self.claiming(4001, 4000, bytes) + padding)
    }
    Self.expectRefusal("the JPEG picture is damaged (Corrupt JPEG data") {
      try Picture(decoding: Self.claiming(4000, 4000, bytes) + padding)
    }
  }

  @Test func aLongRowIsDecoded() throws {
    let row = Picture(shape: ImageShape(height: 1, width: 16_384, channels: 1), shade: 7)
    #expect(try Picture(decoding: row.png()) == row)
  }

  /// The beginning suffices for the head, if it reaches the pixels.
  @Test(arguments: ["rgb8.png", "palette4-alpha.png", "turned6.jpg", "turned6.png"])
  func theHeadOfABeginning(name: String) throws {
    let bytes = try PillowPictures.bytes(of: name)
    let marker = name.hasSuffix("png") ? Array("IDAT".utf8) : [0xFF, 0xDA]
    let pixels = try #require(
      bytes.indices.first { bytes.dropFirst($0).starts(with: marker) })
    #expect(try PictureHeader(of: Array(bytes.prefix(pixels + 14))) == PictureHeader(of: bytes))
  }

  /// Returns a file with other sizes in its header.
  private static func claiming(_ width: Int, _ height: Int, _ bytes: [UInt8]) -> [UInt8] {
    var bytes = bytes
    func bigEndian(_ number: Int, _ count: Int) -> [UInt8] {
      (0..<count).reversed().map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
    }
    if PictureFormat(of: bytes) == .png {
      bytes.replaceSubrange(16..<24, with: bigEndian(width, 4) + bigEndian(height, 4))
    } else if let frame = bytes.indices.first(where: { bytes[$0...].starts(with: [0xFF, 0xC0]) }) {
      let sizes = bigEndian(height, 2) + bigEndian(width, 2)
      bytes.replaceSubrange(frame + 5..<frame + 9, with: sizes)
    }
    return bytes
  }

  /// Expects an error of decoding whose text begins so.
  private static func expectRefusal(
    _ text: String, sourceLocation: SourceLocation = #_sourceLocation,
    of body: () throws -> some Any
  ) {
    #expect(sourceLocation: sourceLocation) {
      _ = try body()
    } throws: { error in
      guard case ImageError.decoding(let reason) = error else { return false }
      return reason.hasPrefix(text)
    }
  }
}
