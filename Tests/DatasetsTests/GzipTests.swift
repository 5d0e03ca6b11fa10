import TestFiles
import Testing

@testable import Datasets

@Suite struct GzipTests {
  static let content = (0..<5000).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 3) }

  @Test func unpacksOneMemberAndSeveral() throws {
    let content = Self.content
    #expect(try Gzip.unpack(gzip(content), size: 5000) == content)
    #expect(try Gzip.unpack(gzip([]) + gzip(content), size: 5000) == content)
    let parts = gzip(Array(content[..<1000])) + gzip([]) + gzip(Array(content[1000...]))
    #expect(try Gzip.unpack(parts, size: 5000) == content)
    #expect(try Gzip.unpack(gzip(content), size: 6000) == content)
    #expect(try Gzip.unpack(gzip([]), size: 0).isEmpty)
  }

  @Test func unpacksAPrefix() throws {
    #expect(try Gzip.prefix(of: gzip(Self.content), count: 16) == Array(Self.content[..<16]))
    #expect(try Gzip.prefix(of: gzip([1, 2]), count: 16) == [1, 2])
  }

  @Test func everyTruncationIsRefused() {
    let archive = gzip(Self.content)
    for count in archive.indices {
      #expect(throws: Gzip.Failure.truncated, "\(count) bytes") {
        try Gzip.unpack(Array(archive[..<count]), size: 5000)
      }
    }
  }

  @Test func aDamagedArchiveIsRefused() {
    let archive = gzip(Self.content)
    for index in [0, 1, 2, archive.count / 2, archive.count - 8, archive.count - 1] {
      var changed = archive
      changed[index] ^= 0x10
      #expect(throws: Gzip.Failure.self, "byte \(index)") {
        try Gzip.unpack(changed, size: 5000)
      }
    }
  }

  @Test(arguments: [[0], [1, 2, 3], [0x1F], [0x1F, 0x8B, 8, 0]] as [[UInt8]])
  func trailingGarbageIsRefused(garbage: [UInt8]) {
    #expect(throws: Gzip.Failure.self) {
      try Gzip.unpack(gzip(Self.content) + garbage, size: 5000)
    }
  }

  @Test func aBombStopsAtTheClaimedSize() {
    let bomb = gzip([UInt8](repeating: 0, count: 4 << 20))
    #expect(throws: Gzip.Failure.tooLong) { try Gzip.unpack(bomb, size: 16 + 784) }
    #expect(throws: Gzip.Failure.tooLong) { try Gzip.unpack(gzip(Self.content), size: 4999) }
  }

  @Test func aClaimThatIsTooLargeForItsArchiveIsNotAllocated() {
    #expect(throws: Gzip.Failure.tooShort) {
      try Gzip.unpack(gzip([1]), size: IDX.maximumBytes)
    }
    let megabyte = [UInt8](repeating: 0, count: 1 << 20)
    #expect(throws: Gzip.Failure.damaged) { try Gzip.unpack(megabyte, size: 48 << 20) }
    #expect(throws: Gzip.Failure.tooShort) { try Gzip.unpack(megabyte, size: (48 << 20) + 1) }
    #expect(throws: Gzip.Failure.damaged) { try Gzip.unpack(megabyte + [0], size: (48 << 20) + 1) }
  }

  @Test func aBlankSetIsUnpacked() throws {
    let blank = [UInt8](repeating: 0, count: 60_000 * 784)
    #expect(try Gzip.unpack(gzip(blank), size: blank.count) == blank)
  }
}
