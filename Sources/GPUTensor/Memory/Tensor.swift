/// The type of a tensor's elements.
public enum ElementType: Sendable {
  /// IEEE single precision.
  case float32
  /// An unsigned byte, such as a pixel of a stored image.
  case uint8
  /// A 32-bit word of a structure that only kernels interpret.
  case word

  /// The bytes of an element.
  public var size: Int { self == .uint8 ? 1 : 4 }
}

/// An array on the device, packed and row-major.
///
/// A tensor is a reference: copies view the same memory.
///
/// ```swift
/// let x = try Tensor(context, [2, 3], writing: [1, 2, 3, 4, 5, 6], label: "x")
/// let y = Tensor(context, [2, 3], label: "y")
/// let elements = try x.floats()
/// ```
public struct Tensor {
  /// The memory.
  package let buffer: Buffer
  /// The length of each axis, outermost first; a batch is axis 0, channels are the last.
  public let shape: [Int]
  /// The type of its elements.
  public let elementType: ElementType

  /// The number of elements.
  public var count: Int { shape.reduce(1, *) }
  /// The length of axis 0: the images of a batch.
  public var rows: Int { shape.first ?? 1 }
  /// The elements of a row: all axes but the first.
  public var columns: Int { shape.dropFirst().reduce(1, *) }

  /// Creates a tensor with memory of its own, which is allocated when it is first needed. Its
  /// elements are undefined, or zero if `zeros` is true.
  public init(
    _ context: Context, _ shape: [Int], _ elementType: ElementType = .float32,
    kind: MemoryKind = .workspaces, zeros: Bool = false, label: String
  ) {
    let bytes = shape.reduce(1, *) * elementType.size
    self.init(
      buffer: Buffer(context, byteCount: bytes, kind: kind, zeros: zeros, label: label),
      shape: shape, elementType: elementType)
  }

  init(buffer: Buffer, shape: [Int], elementType: ElementType) {
    self.buffer = buffer
    self.shape = shape
    self.elementType = elementType
  }

  /// Returns the first `rows` rows, in the same memory, such as a short batch.
  public func prefix(_ rows: Int) -> Tensor {
    precondition(rows <= self.rows, "a prefix is not longer than its tensor")
    return Tensor(buffer: buffer, shape: [rows] + shape.dropFirst(), elementType: elementType)
  }

  /// Returns the same elements with another shape.
  public func reshaped(_ shape: [Int]) -> Tensor {
    precondition(shape.reduce(1, *) == count, "a reshape keeps the number of elements")
    return Tensor(buffer: buffer, shape: shape, elementType: elementType)
  }

  /// Returns a tensor of `shape` in the same memory, which begins at element `offset`. The offset
  /// in bytes must be a multiple of the device's `bufferAlignment`.
  public func view(at offset: Int, _ shape: [Int], label: String) -> Tensor {
    let start = offset * elementType.size
    let end = start + shape.reduce(1, *) * elementType.size
    precondition(end <= buffer.byteCount, "a view lies inside its tensor")
    return Tensor(
      buffer: Buffer(part: start..<end, of: buffer, label: label), shape: shape,
      elementType: elementType)
  }
}
