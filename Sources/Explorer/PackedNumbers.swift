import Foundation

/// Arrays of numbers as the bytes that a page holds, little-endian.
struct PackedNumbers {
  /// The place of an array in the bytes.
  struct Part: Encodable {
    /// The first byte.
    let at: Int
    /// The number of elements.
    let count: Int
    /// The bits of an element: 16 or 32, IEEE 754's binary16 or binary32.
    let bits: Int
  }

  private(set) var bytes = Data()

  /// Adds an array of float32.
  mutating func add(_ values: [Float]) -> Part { add(values, values.count, bits: 32) }

  /// Adds an array rounded to float16.
  mutating func add(halvesOf values: [Float]) -> Part {
    add(values.map { Float16($0) }, values.count, bits: 16)
  }

  private mutating func add(_ values: [some BitwiseCopyable], _ count: Int, bits: Int) -> Part {
    let part = Part(at: bytes.count, count: count, bits: bits)
    values.withUnsafeBytes { bytes.append(contentsOf: $0) }
    return part
  }
}
