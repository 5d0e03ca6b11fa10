/// Unpacks gzip (RFC 1952) within a given bound.
package enum Gzip {
  /// Why an archive cannot be unpacked.
  typealias Failure = Deflate.Failure

  /// Returns whether the bytes begin like an archive.
  package static func isArchive(_ bytes: [UInt8]) -> Bool { bytes.starts(with: [0x1F, 0x8B]) }

  /// Returns the first `count` bytes of the content, or all of it if it is shorter.
  /// - Throws: `Failure`.
  static func prefix(of archive: [UInt8], count: Int) throws -> [UInt8] {
    try Deflate.inflate(archive[...], in: .gzip, capacity: count, part: .prefix)
  }

  /// Returns the whole content, checked to the last byte: one or several members, each with a
  /// correct checksum, and nothing else.
  /// - Parameter size: The size that the header of the content claims.
  /// - Throws: `Failure` if the content is longer (it may be shorter), or if the archive is so
  ///   short that the claimed size is not plausible.
  static func unpack(_ archive: [UInt8], size: Int) throws -> [UInt8] {
    try Deflate.checkClaim(of: size, packedIn: archive.count)
    return try Deflate.inflate(archive[...], in: .gzip, capacity: size + 1, part: .whole)
  }

  /// Returns the whole content of an archive of one member, which claims its size at its end.
  /// - Throws: `Failure`.
  static func unpack(_ archive: [UInt8]) throws -> [UInt8] {
    guard let size = archive.suffix(4).littleEndian(at: 0, count: 4) else {
      throw Failure.truncated
    }
    return try unpack(archive, size: size)
  }
}
