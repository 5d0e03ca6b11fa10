/// The type of a tensor's elements: every `dtype` of safetensors 0.8, with its name in the file.
public enum ElementType: String, CaseIterable, Sendable {
  /// A boolean in one byte.
  case bool = "BOOL"
  /// A 4-bit float, two to a byte.
  case float4 = "F4"
  /// A 6-bit float with 2 bits of exponent, packed.
  case float6E2M3 = "F6_E2M3"
  /// A 6-bit float with 3 bits of exponent, packed.
  case float6E3M2 = "F6_E3M2"
  /// An unsigned byte.
  case uint8 = "U8"
  /// A signed byte.
  case int8 = "I8"
  /// An 8-bit float with 5 bits of exponent.
  case float8E5M2 = "F8_E5M2"
  /// An 8-bit float with 4 bits of exponent.
  case float8E4M3 = "F8_E4M3"
  /// An 8-bit power of two.
  case float8E8M0 = "F8_E8M0"
  /// An 8-bit float with 4 bits of exponent, finite, without a negative zero.
  case float8E4M3FNUZ = "F8_E4M3FNUZ"
  /// An 8-bit float with 5 bits of exponent, finite, without a negative zero.
  case float8E5M2FNUZ = "F8_E5M2FNUZ"
  /// A signed 16-bit integer.
  case int16 = "I16"
  /// An unsigned 16-bit integer.
  case uint16 = "U16"
  /// An IEEE half-precision float.
  case float16 = "F16"
  /// A float with the exponent of single precision and 7 bits of mantissa.
  case bfloat16 = "BF16"
  /// A signed 32-bit integer.
  case int32 = "I32"
  /// An unsigned 32-bit integer.
  case uint32 = "U32"
  /// An IEEE single-precision float.
  case float32 = "F32"
  /// A complex number of two single-precision floats.
  case complex64 = "C64"
  /// An IEEE double-precision float.
  case float64 = "F64"
  /// A signed 64-bit integer.
  case int64 = "I64"
  /// An unsigned 64-bit integer.
  case uint64 = "U64"

  /// The number of bits of an element.
  public var bitWidth: Int {
    switch self {
    case .float4: 4
    case .float6E2M3, .float6E3M2: 6
    case .bool, .uint8, .int8: 8
    case .float8E5M2, .float8E4M3, .float8E8M0, .float8E4M3FNUZ, .float8E5M2FNUZ: 8
    case .int16, .uint16, .float16, .bfloat16: 16
    case .int32, .uint32, .float32: 32
    case .complex64, .float64, .int64, .uint64: 64
    }
  }

  /// Whether `SafeTensor.floats` can return the elements, converted to F32 if necessary.
  public var isFloat: Bool { [.float16, .bfloat16, .float32, .float64].contains(self) }

  /// Returns the bytes of a packed tensor of this shape; nil if that overflows, is not a whole
  /// number of bytes, or a dimension is negative.
  func byteCount(shape: [Int]) -> Int? {
    var bits = bitWidth
    for dimension in shape {
      let (product, overflow) = bits.multipliedReportingOverflow(by: dimension)
      guard dimension >= 0, !overflow else { return nil }
      bits = product
    }
    return bits.isMultiple(of: 8) ? bits / 8 : nil
  }
}
