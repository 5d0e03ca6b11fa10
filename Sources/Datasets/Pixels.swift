import Files
import Foundation

/// The bytes of images, packed: in memory, or in a file that is mapped into it, so that a set may
/// be larger than the memory.
public struct Pixels: Equatable, Sendable, ContiguousBytes {
  private enum Source {
    case memory([UInt8])
    case file(MappedFile, Range<Int>)
  }

  private var source: Source

  /// Bytes in memory.
  public init(_ bytes: [UInt8]) { source = .memory(bytes) }

  /// A part of a file, which must be there.
  init(_ file: MappedFile, _ range: Range<Int>) {
    precondition(range.lowerBound >= 0 && range.upperBound <= file.count)
    source = .file(file, range)
  }

  /// The number of bytes.
  public var count: Int {
    switch source {
    case .memory(let bytes): bytes.count
    case .file(_, let range): range.count
    }
  }

  /// The bytes as an array: a copy if they are in a file.
  public var bytes: [UInt8] {
    switch source {
    case .memory(let bytes): bytes
    case .file(let file, let range): file[range]
    }
  }

  /// Calls `body` with the bytes, which must not be used later.
  public func withUnsafeBytes<Result>(
    _ body: (UnsafeRawBufferPointer) throws -> Result
  ) rethrows -> Result {
    switch source {
    case .memory(let bytes): try bytes.withUnsafeBytes(body)
    case .file(let file, let range):
      try file.withUnsafeBytes { try body(UnsafeRawBufferPointer(rebasing: $0[range])) }
    }
  }

  /// A part, which must be there: a copy if the bytes are in memory.
  public subscript(part: Range<Int>) -> Pixels {
    switch source {
    case .memory(let bytes): return Pixels(Array(bytes[part]))
    case .file(let file, let range):
      precondition(part.lowerBound >= 0 && part.upperBound <= range.count)
      let start = range.lowerBound
      return Pixels(file, start + part.lowerBound..<start + part.upperBound)
    }
  }

  /// Removes the last bytes, and returns them. The others are not copied.
  mutating func removeLast(_ last: Int) -> Pixels {
    let kept = count - last
    let removed = self[kept..<count]
    switch source {
    case .memory(var bytes):
      // With two owners, the array would be copied.
      source = .memory([])
      bytes.removeLast(last)
      source = .memory(bytes)
    case .file: self = self[0..<kept]
    }
    return removed
  }

  /// Whether the bytes are the same, wherever they are.
  public static func == (first: Pixels, second: Pixels) -> Bool {
    first.withUnsafeBytes { first in second.withUnsafeBytes { first.elementsEqual($0) } }
  }
}
