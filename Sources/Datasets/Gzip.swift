import CZlib

/// Unpacks gzip (RFC 1952) within a given bound.
package enum Gzip {
  /// Why an archive cannot be unpacked.
  enum Failure: Error, CustomStringConvertible {
    case truncated
    case damaged
    case tooLong
    case tooShort

    var description: String {
      switch self {
      case .truncated: "the gzip archive is cut off"
      case .damaged: "the gzip archive is damaged, or something follows it"
      case .tooLong: "the gzip archive holds more than its content's header claims"
      case .tooShort: "the gzip archive is too short for what its content's header claims"
      }
    }
  }

  /// Returns whether the bytes begin like an archive.
  package static func isArchive(_ bytes: [UInt8]) -> Bool { bytes.starts(with: [0x1F, 0x8B]) }

  /// Returns the first `count` bytes of the content, or all of it if it is shorter.
  /// - Throws: `Failure`.
  static func prefix(of archive: [UInt8], count: Int) throws -> [UInt8] {
    try inflate(archive, capacity: count, wanted: .prefix)
  }

  /// Returns the whole content, checked to the last byte: one or several members, each with a
  /// correct checksum, and nothing else.
  /// - Parameter size: The size that the header of the content claims.
  /// - Throws: `Failure` if the content is longer (it may be shorter), or if the archive is so
  ///   short that the claimed size is not plausible.
  static func unpack(_ archive: [UInt8], size: Int) throws -> [UInt8] {
    guard size <= max(smallSize, archive.count * highestRatio) else { throw Failure.tooShort }
    return try inflate(archive, capacity: size + 1, wanted: .whole)
  }

  /// The size that any archive may claim: that of a set such as MNIST, even if blank.
  private static let smallSize = 48 << 20
  /// The limit on the ratio of content to archive for larger contents. Deflate reaches at most
  /// 1000, and hardly 10 for pictures.
  private static let highestRatio = 48

  private enum Wanted {
    case prefix
    case whole
  }

  private static func inflate(
    _ archive: [UInt8], capacity: Int, wanted: Wanted
  ) throws -> [UInt8] {
    guard let archiveBytes = UInt32(exactly: archive.count),
      let outputBytes = UInt32(exactly: capacity)
    else { throw Failure.tooLong }
    var input = archive  // NOTE: zlib requires a mutable pointer but only reads.
    return try input.withUnsafeMutableBufferPointer { input in
      try [UInt8](unsafeUninitializedCapacity: capacity) { output, count in
        var stream = z_stream()
        stream.next_in = input.baseAddress
        stream.avail_in = archiveBytes
        stream.next_out = output.baseAddress
        stream.avail_out = outputBytes
        let gzipOnly: Int32 = 16 + MAX_WBITS
        guard
          inflateInit2_(
            &stream, gzipOnly, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
        else { throw Failure.damaged }
        defer { inflateEnd(&stream) }
        while true {
          let status = CZlib.inflate(&stream, Z_NO_FLUSH)
          count = capacity - Int(stream.avail_out)
          if wanted == .prefix && stream.avail_out == 0 { return }
          switch status {
          case Z_STREAM_END where stream.avail_in == 0:
            if wanted == .whole && stream.avail_out == 0 { throw Failure.tooLong }
            return
          case Z_STREAM_END:
            // Another member follows, or garbage, which the next call refuses.
            guard inflateReset(&stream) == Z_OK else { throw Failure.damaged }
          case Z_OK, Z_BUF_ERROR:
            if stream.avail_out == 0 { throw Failure.tooLong }
            if stream.avail_in == 0 { throw Failure.truncated }
          default: throw Failure.damaged
          }
        }
      }
    }
  }
}
