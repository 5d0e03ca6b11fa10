/// The four files of a data set of MNIST's form, by their names.
package enum DataFile: String, CaseIterable, Sendable {
  /// The images to train on.
  case trainImages = "train-images-idx3-ubyte"
  /// Their labels.
  case trainLabels = "train-labels-idx1-ubyte"
  /// The images held out.
  case validationImages = "t10k-images-idx3-ubyte"
  /// Their labels.
  case validationLabels = "t10k-labels-idx1-ubyte"

  /// The names that mirrors give it, this one first: with a dot before `idx`, and with `test` for
  /// `t10k`.
  var names: [String] {
    let dotted = rawValue.replacing("-idx", with: ".idx")
    return [rawValue, dotted].flatMap { name in
      name.hasPrefix("t10k") ? [name, name.replacing("t10k", with: "test")] : [name]
    }
  }

  /// Whether the file holds images, not labels.
  var holdsImages: Bool { self == .trainImages || self == .validationImages }

  /// The head of the file: the magic number and the sizes, each four bytes, big-endian.
  var headerBytes: Int { holdsImages ? 16 : 8 }

  /// The bytes of one image or label.
  var itemBytes: Int { holdsImages ? ImageSet.pixelsPerImage : 1 }
}

/// The IDX form of MNIST's files: two zeros, the type of the elements, the number of dimensions,
/// then each dimension, big-endian, then the elements.
enum IDX {
  /// The most images that a file is believed to hold.
  static let maximumItems = 2_000_000

  /// The largest file of this kind.
  static func maximumBytes(_ file: DataFile) -> Int {
    file.headerBytes + maximumItems * file.itemBytes
  }

  /// The size that a file's head claims for the whole file.
  /// - Parameters:
  ///   - head: The first bytes; `file.headerBytes` are looked at.
  ///   - path: The file's path, for the error.
  /// - Throws: `DatasetError.malformed`.
  static func claimedBytes(head: [UInt8], file: DataFile, path: String) throws -> Int {
    guard head.count >= file.headerBytes else {
      throw DatasetError.malformed(path: path, reason: "\(head.count) bytes hold no IDX head")
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

  /// The pixels or labels of a whole file.
  /// - Throws: `DatasetError.malformed`.
  static func items(of bytes: [UInt8], file: DataFile, path: String) throws -> [UInt8] {
    let claimed = try claimedBytes(head: bytes, file: file, path: path)
    guard bytes.count == claimed else {
      throw DatasetError.malformed(
        path: path, reason: "it has \(bytes.count) bytes where its head claims \(claimed)")
    }
    return Array(bytes[file.headerBytes...])
  }
}
