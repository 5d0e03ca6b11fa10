import CZlib

/// Unpacks deflate data (RFC 1951) within a given bound, with zlib.
enum Deflate {
  /// What surrounds the packed data.
  enum Wrapper {
    /// Nothing, as in a zip archive.
    case none
    /// One or several members of a gzip archive (RFC 1952), each with a checksum.
    case gzip
  }

  /// Why data cannot be unpacked.
  enum Failure: Error, CustomStringConvertible {
    case truncated
    case damaged
    case tooLong
    case tooShort

    var description: String {
      switch self {
      case .truncated: "the packed data are cut off"
      case .damaged: "the packed data are damaged, or something follows them"
      case .tooLong: "the packed data hold more than their content's header claims"
      case .tooShort: "the packed data are too short for what their content's header claims"
      }
    }
  }

  /// The part of the content to return.
  enum Part {
    /// As much as the capacity holds.
    case prefix
    /// All of it, to the last packed byte. It must be smaller than the capacity.
    case whole
  }

  /// The size that even very short packed data may claim: a set such as MNIST, if it is blank.
  private static let smallSize = 48 << 20
  /// The limit on the ratio of content to packed data for larger contents. Deflate reaches at most
  /// 1032, and hardly 10 for pictures.
  private static let highestRatio = 48

  /// Checks the size that packed data claim before memory is allocated for it.
  /// - Throws: `Failure.tooShort` if it is not plausible.
  static func checkClaim(of size: Int, packedIn count: Int) throws {
    guard size <= max(smallSize, count * highestRatio) else { throw Failure.tooShort }
  }

  /// Returns the content, or its first part.
  /// - Parameter capacity: The size of the memory that is allocated for it.
  /// - Throws: `Failure`.
  static func inflate(
    _ packed: ArraySlice<UInt8>, in wrapper: Wrapper, capacity: Int, part: Part
  ) throws -> [UInt8] {
    guard let packedBytes = UInt32(exactly: packed.count),
      let outputBytes = UInt32(exactly: capacity)
    else { throw Failure.tooLong }
    return try packed.withUnsafeBufferPointer { input in
      try [UInt8](unsafeUninitializedCapacity: capacity) { output, count in
        var stream = z_stream()
        // NOTE: zlib requires a mutable pointer but only reads.
        stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
        stream.avail_in = packedBytes
        stream.next_out = output.baseAddress
        stream.avail_out = outputBytes
        let window = wrapper == .gzip ? 16 + MAX_WBITS : -MAX_WBITS
        guard
          inflateInit2_(
            &stream, window, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
        else { throw Failure.damaged }
        defer { inflateEnd(&stream) }
        while true {
          let status = CZlib.inflate(&stream, Z_NO_FLUSH)
          count = capacity - Int(stream.avail_out)
          if part == .prefix && stream.avail_out == 0 { return }
          switch status {
          case Z_STREAM_END where stream.avail_in == 0:
            if part == .whole && stream.avail_out == 0 { throw Failure.tooLong }
            return
          case Z_STREAM_END where wrapper == .gzip:
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
