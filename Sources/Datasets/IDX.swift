/// The four files of a data set in MNIST's format, by name.
package enum DataFile: String, CaseIterable, Sendable {
  /// The training images.
  case trainImages = "train-images-idx3-ubyte"
  /// Their labels.
  case trainLabels = "train-labels-idx1-ubyte"
  /// The validation images.
  case validationImages = "t10k-images-idx3-ubyte"
  /// Their labels.
  case validationLabels = "t10k-labels-idx1-ubyte"

  /// The names that mirrors use, beginning with this one: with a dot before `idx`, and with `test`
  /// for `t10k`.
  var names: [String] {
    let dotted = rawValue.replacing("-idx", with: ".idx")
    return [rawValue, dotted].flatMap { name in
      name.hasPrefix("t10k") ? [name, name.replacing("t10k", with: "test")] : [name]
    }
  }

  /// Whether the file holds images, not labels.
  var holdsImages: Bool { self == .trainImages || self == .validationImages }

  /// The size of the header: the magic number and the sizes, each four bytes, big-endian.
  var headerBytes: Int { holdsImages ? 16 : 8 }

  /// The size in bytes of one image or label.
  var itemBytes: Int { holdsImages ? ImageSet.pixelsPerImage : 1 }
}

/// The IDX format of MNIST's files: two zeros, the type of the elements, the number of dimensions,
/// then each dimension, big-endian, then the elements.
enum IDX {
  /// The largest accepted number of images in a file.
  static let maximumItems = 2_000_000

  /// Returns the size of the largest accepted file of this kind.
  static func maximumBytes(_ file: DataFile) -> Int {
    file.headerBytes + maximumItems * file.itemBytes
  }

  /// Returns the size of the whole file according to its header.
  /// - Parameters:
  ///   - head: The first bytes of the file; only `file.headerBytes` are used.
  ///   - path: The file's path, for the error.
  /// - Throws: `DatasetError.malformed`.
  static func claimedBytes(head: [UInt8], file: DataFile, path: String) throws -> Int {
    guard head.count >= file.headerBytes else {
      throw DatasetError.malformed(
        path: path, reason: "\(head.count) bytes are too few for an IDX header")
    }
    let fields = stride(from: 0, to: file.headerBytes, by: 4).map { start in
      head[start..<start + 4].reduce(0) { $0 << 8 | Int($1) }
    }
    guard fields[0] == (file.holdsImages ? 0x803 : 0x801) else {
      throw DatasetError.malformed(
        path: path, reason: "it does not begin as IDX \(file.holdsImages ? "images" : "labels") do")
    }
    guard (1...maximumItems).contains(fields[1]) else {
      throw DatasetError.malformed(
        path: path, reason: "it claims \(fields[1]) items, not 1 to \(maximumItems)")
    }
    guard fields[2...].allSatisfy({ $0 == ImageSet.side }) else {
      throw DatasetError.malformed(
        path: path, reason: "its images are \(fields[2])×\(fields[3]), not 28×28")
    }
    return file.headerBytes + fields[1] * file.itemBytes
  }

  /// Returns the pixels or labels of a whole file.
  /// - Throws: `DatasetError.malformed`.
  static func items(of bytes: [UInt8], file: DataFile, path: String) throws -> [UInt8] {
    let claimed = try claimedBytes(head: bytes, file: file, path: path)
    guard bytes.count == claimed else {
      throw DatasetError.malformed(
        path: path, reason: "it has \(bytes.count) bytes, but its header claims \(claimed)")
    }
    return Array(bytes[file.headerBytes...])
  }
}
