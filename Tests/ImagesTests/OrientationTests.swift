import Testing

@testable import Images

struct OrientationTests {
  /// Two entries, the second with the orientation 6, in the order of the lowest byte first.
  private static let exif: [UInt8] =
    Array("II".utf8) + [42, 0, 8, 0, 0, 0, 2, 0]
    + [0x0F, 1, 2, 0, 2, 0, 0, 0, 0x78, 0, 0, 0]
    + [0x12, 1, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0]

  /// The orientation of one pixel above another, as the shown pixels.
  private func shown(_ exif: [UInt8]) throws -> Picture {
    try Picture(shape: ImageShape(height: 2, width: 1, channels: 1), pixels: [1, 2])
      .turned(Orientation(exif: exif[...]))
  }

  @Test func aPictureIsTurnedClockwise() throws {
    let picture = try shown(Self.exif)
    #expect(picture.shape == ImageShape(height: 1, width: 2, channels: 1))
    #expect(picture.pixels == [2, 1])
  }

  @Test func damagedDataLeaveThePictureUpright() throws {
    for count in 0..<Self.exif.count - 2 {
      #expect(try shown(Array(Self.exif.prefix(count))).pixels == [1, 2], "\(count) bytes")
    }
    // The order of the bytes, the mark, the place of the directory, the type and the value.
    for (place, byte) in [(0, 0x4D), (1, 0), (2, 43), (7, 0xFF), (24, 4), (30, 0), (30, 9)] {
      var exif = Self.exif
      exif[place] = UInt8(byte)
      #expect(Orientation(exif: exif[...]) == .upright, "byte \(place)")
    }
  }

  /// A slice of another array starts at another index.
  @Test func dataMayLieAnywhere() {
    let bytes = [9, 9, 9] + Self.exif
    #expect(Orientation(exif: bytes.dropFirst(3)) == Orientation(exif: Self.exif[...]))
  }
}
