import Files

/// The content of a safetensors file: a JSON header, followed by the tensors' bytes.
///
/// Eight bytes give the header's length, little-endian; the data follow the header without a gap.
/// Format: https://huggingface.co/docs/safetensors
public struct SafeTensorsFile: Equatable, Sendable {
  /// The strings under `__metadata__`.
  public var metadata: [String: String]
  /// The tensors, in the order of their data.
  public var tensors: [SafeTensor]

  /// The format's limit on the size of the header.
  static let maximumHeaderBytes = 100_000_000

  /// Makes a file's content from tensors.
  public init(metadata: [String: String] = [:], tensors: [SafeTensor]) {
    self.metadata = metadata
    self.tensors = tensors
  }

  /// The tensor with this name.
  public subscript(name: String) -> SafeTensor? { tensors.first { $0.name == name } }

  /// Parses a file's bytes, strictly: every length is checked before it is used, and the spans must
  /// cover the data without a gap or an overlap, to the last byte. The header may list the tensors
  /// in any order.
  /// - Throws: `SafeTensorsError`.
  public init(parsing bytes: [UInt8]) throws {
    do {
      try self.init(checking: bytes)
    } catch {
      // Only after an error: a long header's length may begin with the bytes of another format.
      throw ForeignFormat(of: bytes).map(SafeTensorsError.foreign) ?? error
    }
  }

  /// The largest file that is read, in bytes.
  package static let maximumBytes = 1 << 30

  /// Reads a file of at most 1 GiB.
  ///
  /// - Throws: `FileError` if it cannot be read; `SafeTensorsError` if it is not of this format.
  public init(contentsOf path: String) throws {
    try self.init(parsing: try readFile(path: path, maximumBytes: Self.maximumBytes))
  }

  private init(checking bytes: [UInt8]) throws {
    guard bytes.count >= 8 else { throw SafeTensorsError.noHeader(bytes: bytes.count) }
    let claimed = bytes[..<8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard claimed <= UInt64(min(bytes.count - 8, Self.maximumHeaderBytes)) else {
      throw SafeTensorsError.headerLength(claimed: claimed, available: bytes.count - 8)
    }
    let dataStart = 8 + Int(claimed)
    let dataBytes = bytes.count - dataStart
    var parser = HeaderParser(bytes: bytes[8..<dataStart])
    let header = try parser.parse()

    // The sort is stable, and an empty span comes before one that begins at the same position.
    let entries = header.tensors.sorted { ($0.begin, $0.end) < ($1.begin, $1.end) }
    var covered = 0
    for entry in entries {
      guard let expected = entry.elementType.byteCount(shape: entry.shape) else {
        throw SafeTensorsError.shape(tensor: entry.name, shape: entry.shape)
      }
      guard entry.begin == covered else {
        throw SafeTensorsError.spanStart(
          tensor: entry.name, begin: entry.begin, expected: covered)
      }
      // Neither end is negative, so the difference cannot overflow.
      guard entry.end - entry.begin == expected else {
        throw SafeTensorsError.spanLength(
          tensor: entry.name, bytes: entry.end - entry.begin, expected: expected)
      }
      covered = entry.end
    }
    guard covered == dataBytes else {
      throw SafeTensorsError.coverage(covered: covered, bytes: dataBytes)
    }
    metadata = header.metadata
    tensors = entries.map {
      SafeTensor(
        name: $0.name, elementType: $0.elementType, shape: $0.shape,
        data: Array(bytes[dataStart + $0.begin..<dataStart + $0.end]))
    }
  }

  /// Encodes the file. The same content always gives the same bytes. Metadata come first, sorted by
  /// name; tensors follow in their order; spaces pad the header to a multiple of eight bytes.
  /// - Throws: `SafeTensorsError` if a name is duplicate or reserved, or if data do not fit a
  ///   shape.
  public func encoded() throws -> [UInt8] {
    var entries: [String] = []
    if !metadata.isEmpty {
      let pairs = metadata.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
      let fields = pairs.map { "\(quoted($0.key)):\(quoted($0.value))" }
      entries.append("\(quoted(metadataKey)):{\(fields.joined(separator: ","))}")
    }
    var names: Set<String> = [metadataKey]
    var begin = 0
    for tensor in tensors {
      guard names.insert(tensor.name).inserted else {
        throw SafeTensorsError.duplicate(tensor.name)
      }
      let end = begin + (try tensor.checkedByteCount())
      let shape = tensor.shape.map(String.init).joined(separator: ",")
      entries.append(
        "\(quoted(tensor.name)):{\"dtype\":\"\(tensor.elementType.rawValue)\","
          + "\"shape\":[\(shape)],\"data_offsets\":[\(begin),\(end)]}")
      begin = end
    }
    var header = Array("{\(entries.joined(separator: ","))}".utf8)
    header += Array(repeating: UInt8(ascii: " "), count: (8 - header.count % 8) % 8)
    guard header.count <= Self.maximumHeaderBytes else {
      throw SafeTensorsError.headerLength(
        claimed: UInt64(header.count), available: Self.maximumHeaderBytes)
    }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(8 + header.count + begin)
    bytes += (0..<8).map { UInt8(truncatingIfNeeded: header.count >> (8 * $0)) }
    bytes += header
    for tensor in tensors { bytes += tensor.data }
    return bytes
  }
}

/// The header's key for the metadata, which no tensor may have.
let metadataKey = "__metadata__"

/// Returns `text` as a JSON string, with the shortest escapes.
func quoted(_ text: String) -> String {
  var result = "\""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "\"": result += "\\\""
    case "\\": result += "\\\\"
    case "\u{8}": result += "\\b"
    case "\u{C}": result += "\\f"
    case "\n": result += "\\n"
    case "\r": result += "\\r"
    case "\t": result += "\\t"
    case "\0"..<" ":
      let digits = String(scalar.value, radix: 16)
      result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    default: result.unicodeScalars.append(scalar)
    }
  }
  return result + "\""
}
