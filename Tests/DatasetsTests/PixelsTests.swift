import Files
import TestFiles
import Testing

@testable import Datasets

/// Pixels in memory and in a file are used alike.
@Suite struct PixelsTests {
  @Test func theSourceDoesNotMatter() throws {
    let folder = try TemporaryFolder()
    let bytes = (0..<9000).map { UInt8(truncatingIfNeeded: $0 * $0 >> 3) }
    try folder.write([7, 7, 7] + bytes + [8], to: "a")
    let file = try MappedFile(folder.path + "/a")
    for pixels in [Pixels(bytes), Pixels(file, 3..<9003)] {
      #expect(pixels.count == 9000 && pixels.bytes == bytes && pixels == Pixels(bytes))
      #expect(pixels[10..<5000][5..<4000].bytes == Array(bytes[15..<4010]))
      #expect(pixels.withUnsafeBytes { $0.elementsEqual(bytes) })
      var rest = pixels
      #expect(rest.removeLast(1000).bytes == Array(bytes[8000...]))
      #expect(rest.bytes == Array(bytes[..<8000]) && rest != pixels)
      #expect(rest.removeLast(0).count == 0 && rest.removeLast(8000).count == 8000)
      #expect(rest.count == 0 && rest == Pixels([]))
    }
  }
}
