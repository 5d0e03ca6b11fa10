/// A Protocol Buffers message, built field by field
/// (https://protobuf.dev/programming-guides/encoding).
///
/// A repeated field is appended once for each element.
package struct ProtobufMessage: Equatable, Sendable {
  /// The message in its binary form.
  package private(set) var bytes: [UInt8] = []

  /// Makes a message without fields.
  package init() {}

  /// Appends an integer of type uint64, or of uint32 or an enumeration.
  package mutating func append(_ field: Int, _ value: UInt64) {
    append(key: field, type: 0)
    append(varint: value)
  }

  /// Appends an integer of type int64 or int32: a negative one as its two's complement.
  package mutating func append(_ field: Int, _ value: Int) {
    append(field, UInt64(bitPattern: Int64(value)))
  }

  /// Appends a number of type double.
  package mutating func append(_ field: Int, _ value: Double) {
    append(key: field, type: 1)
    bytes += littleEndian(value.bitPattern)
  }

  /// Appends a number of type float.
  package mutating func append(_ field: Int, _ value: Float) {
    append(key: field, type: 5)
    bytes += littleEndian(value.bitPattern)
  }

  /// Appends bytes.
  package mutating func append(_ field: Int, _ value: [UInt8]) {
    append(key: field, type: 2)
    append(varint: UInt64(value.count))
    bytes += value
  }

  /// Appends a string.
  package mutating func append(_ field: Int, _ value: String) {
    append(field, Array(value.utf8))
  }

  /// Appends a message that is part of this one.
  package mutating func append(_ field: Int, _ value: ProtobufMessage) {
    append(field, value.bytes)
  }

  private mutating func append(key field: Int, type: Int) {
    append(varint: UInt64(field << 3 | type))
  }

  private mutating func append(varint value: UInt64) {
    var rest = value
    while rest > 127 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 128)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }
}

/// Returns the bytes of a number, least significant first.
package func littleEndian(_ value: some FixedWidthInteger) -> [UInt8] {
  withUnsafeBytes(of: value.littleEndian) { Array($0) }
}
