import Images

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
}

/// The IDX format of MNIST's files: two zeros, the type of the elements, the number of dimensions,
/// then each dimension, big-endian, then the elements.
enum IDX {
  /// The largest accepted number of images in a file, and their longest side.
  static let (maximumItems, longestSide) = (2_000_000, 4096)
  /// The size of the largest accepted file.
  static let maximumBytes = 8 << 30

  /// What a header says.
  struct Header: Equatable {
    /// The number of images or labels.
    let count: Int
    /// The shape of an image; nil for labels.
    let shape: ImageShape?
    /// The size of the whole file.
    let bytes: Int
  }

  /// Reads a header.
  /// - Parameters:
  ///   - head: The first bytes of the file; only `file.headerBytes` are used.
  ///   - path: The file's path, for the error.
  /// - Throws: `DatasetError.malformed`.
  static func header(_ head: [UInt8], of file: DataFile, path: String) throws -> Header {
    func fault(_ reason: String) -> DatasetError { .malformed(path: path, reason: reason) }
    guard head.count >= file.headerBytes else {
      throw fault("\(head.count) bytes are too few for an IDX header")
    }
    let fields = stride(from: 0, to: file.headerBytes, by: 4).map { start in
      head[start..<start + 4].reduce(0) { $0 << 8 | Int($1) }
    }
    guard fields[0] == (file.holdsImages ? 0x803 : 0x801) else {
      throw fault("it does not begin as IDX \(file.holdsImages ? "images" : "labels") do")
    }
    let count = fields[1]
    guard (1...maximumItems).contains(count) else {
      throw fault("it claims \(count) items, not 1 to \(maximumItems)")
    }
    guard file.holdsImages else {
      return Header(count: count, shape: nil, bytes: file.headerBytes + count)
    }
    guard fields[2...].allSatisfy((1...longestSide).contains) else {
      throw fault("its images are \(fields[2])×\(fields[3]); sides must be 1 to \(longestSide)")
    }
    let shape = ImageShape(height: fields[2], width: fields[3], channels: 1)
    let bytes = file.headerBytes + count * shape.elements
    guard bytes <= maximumBytes else {
      throw fault("it claims \(bytes) bytes, more than \(maximumBytes)")
    }
    return Header(count: count, shape: shape, bytes: bytes)
  }

  /// Returns the header and the pixels or labels of a whole file.
  /// - Throws: `DatasetError.malformed`.
  static func content(
    of bytes: [UInt8], file: DataFile, path: String
  ) throws -> (header: Header, items: [UInt8]) {
    let header = try header(bytes, of: file, path: path)
    guard bytes.count == header.bytes else {
      throw DatasetError.malformed(
        path: path, reason: "it has \(bytes.count) bytes, but its header claims \(header.bytes)")
    }
    return (header, Array(bytes[file.headerBytes...]))
  }
}
