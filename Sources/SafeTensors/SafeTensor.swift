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

  /// Makes a tensor from bytes. `SafeTensorsFile.encoded` checks that they fit the shape.
  public init(name: String, elementType: ElementType, shape: [Int], data: [UInt8]) {
    self.name = name
    self.elementType = elementType
    self.shape = shape
    self.data = data
  }

  /// Makes an F32 tensor. `SafeTensorsFile.encoded` checks that `floats` fit the shape.
  public init(name: String, shape: [Int], floats: [Float]) {
    // NOTE: every Linux platform of Swift is little-endian, like the format.
    self.init(
      name: name, elementType: .float32, shape: shape,
      data: floats.withUnsafeBytes { [UInt8]($0) })
  }

  /// Makes an F32 tensor of examples of one shape. Its first dimension is the number of examples.
  public init(name: String, examples floats: [Float], of shape: Int...) {
    self.init(name: name, examples: floats, of: shape)
  }

  /// Makes an F32 tensor of examples of one shape. Its first dimension is the number of examples.
  public init(name: String, examples floats: [Float], of shape: [Int]) {
    self.init(name: name, shape: [floats.count / shape.reduce(1, *)] + shape, floats: floats)
  }

  /// Makes the U8 tensor `labels` of examples, (n); none without labels.
  public static func labels(_ labels: [UInt8]?) -> [SafeTensor] {
    guard let labels else { return [] }
    return [
      SafeTensor(name: "labels", elementType: .uint8, shape: [labels.count], data: labels)
    ]
  }

  /// Returns the elements as floats. F16 and BF16 are converted exactly. F64 is rounded to nearest,
  /// ties to even, and becomes infinite outside F32's range.
  /// - Throws: `SafeTensorsError` for another type, or if the bytes do not fit the shape.
  public func floats() throws -> [Float] {
    switch elementType {
    case .float32: try elements()
    case .float16: try elements().map { Float($0 as Float16) }
    case .bfloat16: try elements().map { Float(bitPattern: UInt32($0 as UInt16) << 16) }
    case .float64: try elements().map { Float($0 as Double) }
    default: throw SafeTensorsError.elementType(tensor: name, is: elementType, wanted: .float32)
    }
  }

  /// Returns the bytes as elements of a type that has the same size as the tensor's.
  private func elements<Element: BitwiseCopyable>() throws -> [Element] {
    let count = try checkedByteCount() / MemoryLayout<Element>.size
    // NOTE: an array without capacity would write its count into the storage that all empty arrays
    // share.
    guard count > 0 else { return [] }
    return [Element](unsafeUninitializedCapacity: count) { buffer, initialized in
      UnsafeMutableRawBufferPointer(buffer).copyBytes(from: data)
      initialized = count
    }
  }

  /// Returns the size of `data` after checking it against the shape.
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
