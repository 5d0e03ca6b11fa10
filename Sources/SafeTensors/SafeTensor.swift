/// A named tensor: packed, row-major, little-endian.
public struct SafeTensor: Equatable, Sendable {
  /// The name, unique within its file.
  public var name: String
  /// The type of the elements.
  public var elementType: ElementType
  /// The dimensions, outermost first; none for a scalar.
  public var shape: [Int]
  /// The elements' bytes.
  public var data: [UInt8]

  /// Makes a tensor from bytes. Whether they fit the shape is checked when it is written.
  public init(name: String, elementType: ElementType, shape: [Int], data: [UInt8]) {
    self.name = name
    self.elementType = elementType
    self.shape = shape
    self.data = data
  }

  /// Makes an F32 tensor. Whether `floats` fit the shape is checked when it is written.
  public init(name: String, shape: [Int], floats: [Float]) {
    // NOTE: every platform of Swift on Linux is little-endian, as the format is.
    self.init(
      name: name, elementType: .float32, shape: shape,
      data: floats.withUnsafeBytes { [UInt8]($0) })
  }

  /// Makes an F32 tensor of examples that each have a shape: its first dimension is their number.
  public init(name: String, examples floats: [Float], of shape: Int...) {
    self.init(name: name, shape: [floats.count / shape.reduce(1, *)] + shape, floats: floats)
  }

  /// The elements of a tensor of floats. Those of F16 and BF16 are exact; those of F64 are rounded
  /// to the nearest, ties to even, and become infinite beyond F32's range.
  /// - Throws: `SafeTensorsError` if the type is another, or the bytes do not fit the shape.
  public func floats() throws -> [Float] {
    switch elementType {
    case .float32: try elements()
    case .float16: try elements().map { Float($0 as Float16) }
    case .bfloat16: try elements().map { Float(bitPattern: UInt32($0 as UInt16) << 16) }
    case .float64: try elements().map { Float($0 as Double) }
    default: throw SafeTensorsError.elementType(tensor: name, is: elementType, wanted: .float32)
    }
  }

  /// The bytes as elements of a type that has the size of the tensor's.
  private func elements<Element: BitwiseCopyable>() throws -> [Element] {
    let count = try checkedByteCount() / MemoryLayout<Element>.size
    // NOTE: an array without capacity would write its count into the storage that all empty arrays share.
    guard count > 0 else { return [] }
    return [Element](unsafeUninitializedCapacity: count) { buffer, initialized in
      UnsafeMutableRawBufferPointer(buffer).copyBytes(from: data)
      initialized = count
    }
  }

  /// The size of `data`, checked against the shape.
  func checkedByteCount() throws -> Int {
    guard let expected = elementType.byteCount(shape: shape) else {
      throw SafeTensorsError.shape(tensor: name, shape: shape)
    }
    guard data.count == expected else {
      throw SafeTensorsError.spanLength(tensor: name, bytes: data.count, expected: expected)
    }
    return expected
  }
}
