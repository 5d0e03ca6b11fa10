/// The format of a file of arrays, detected from its first bytes.
package enum ArrayFormat: Equatable, Sendable {
  /// One array of NumPy (`numpy.save`).
  case npy
  /// A zip archive of such arrays (`numpy.savez`).
  case npz

  /// Detects the format; nil for any other.
  package init?(_ bytes: [UInt8]) {
    if bytes.starts(with: NPYHeader.magic) {
      self = .npy
    } else if bytes.starts(with: ZipArchive.magic) {
      self = .npz
    } else {
      return nil
    }
  }

  /// The first bytes of such a file.
  static let magicBytes = max(NPYHeader.magic.count, ZipArchive.magic.count)

  /// The size of the largest accepted file: zlib counts bytes in 32 bits.
  package static let maximumBytes = Int(UInt32.max)
}
