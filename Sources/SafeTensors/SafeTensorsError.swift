/// Why bytes are not a safetensors file, or tensors cannot be written as one. It does not contain a
/// path: the caller that read the file names it.
public enum SafeTensorsError: Error, CustomStringConvertible, Equatable, Sendable {
  /// The file is of another kind.
  case foreign(ForeignFormat)
  /// The file ends within the eight bytes of the header's length.
  case noHeader(bytes: Int)
  /// The header's length exceeds the file or the format's limit of 100,000,000 bytes.
  case headerLength(claimed: UInt64, available: Int)
  /// The header is not the JSON that the format requires, from this byte of the file on.
  case header(offset: Int, reason: String)
  /// Two tensors, two metadata entries or two fields have the same name.
  case duplicate(String)
  /// A `dtype` that safetensors 0.8 does not define.
  case unknownElementType(tensor: String, name: String)
  /// A shape whose size in bytes overflows or is not a whole number of bytes.
  case shape(tensor: String, shape: [Int])
  /// A tensor that does not begin at the end of the previous one in the data.
  case spanStart(tensor: String, begin: Int, expected: Int)
  /// A tensor whose span does not have the length of its shape and type.
  case spanLength(tensor: String, bytes: Int, expected: Int)
  /// The tensors cover fewer or more bytes than the file has.
  case coverage(covered: Int, bytes: Int)
  /// The values were requested as another type than the tensor's.
  case elementType(tensor: String, is: ElementType, wanted: ElementType)

  /// One line: what is wrong, and where.
  public var description: String {
    switch self {
    case .foreign(let format): format.description
    case .noHeader(let bytes):
      "not a safetensors file: \(bytes) bytes are too short for a header"
    case .headerLength(let claimed, let available):
      "not a whole safetensors file: it claims a header of \(claimed) bytes and has \(available)"
    case .header(let offset, let reason):
      "damaged safetensors header: \(reason) at byte \(offset)"
    case .duplicate(let name):
      "damaged safetensors header: \(quoted(name)) occurs twice"
    case .unknownElementType(let tensor, let name):
      "tensor \(quoted(tensor)): unknown dtype \(quoted(name))"
    case .shape(let tensor, let shape):
      "tensor \(quoted(tensor)): impossible shape \(shape)"
    case .spanStart(let tensor, let begin, let expected):
      "tensor \(quoted(tensor)): its data begin at \(begin), not at \(expected)"
    case .spanLength(let tensor, let bytes, let expected):
      "tensor \(quoted(tensor)): \(bytes) bytes of data, but its shape needs \(expected)"
    case .coverage(let covered, let bytes):
      "not a whole safetensors file: its tensors take \(covered) bytes of data, and it has \(bytes)"
    case .elementType(let tensor, let type, let wanted):
      "tensor \(quoted(tensor)): it is \(type.rawValue), not \(wanted.rawValue)"
    }
  }
}
