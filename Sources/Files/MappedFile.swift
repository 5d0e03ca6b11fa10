import Foundation

/// A regular file, mapped into memory to be read: the system reads its pages when they are first
/// used, and may drop them when memory is short.
///
/// A file that another one replaces by its name, as `AtomicFile` does, keeps its content here.
/// NOTE: if a program cuts the file itself off, to use what is gone ends this program (SIGBUS).
public final class MappedFile: Sendable {
  /// The size of the file in bytes when it was opened.
  public let count: Int
  // Nothing writes there; nil if the file is empty.
  nonisolated(unsafe) private let start: UnsafeMutableRawPointer?

  /// Opens a file.
  /// - Throws: `FileError` if it is missing, unreadable, not a regular file, or cannot be mapped.
  public init(_ path: String) throws {
    let (descriptor, size) = try openRegularFile(path)
    count = size
    // The system refuses to map nothing.
    guard size > 0 else {
      start = nil
      return
    }
    // The mapping needs no descriptor once it is made.
    let mapped = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor.number, 0)
    guard let mapped, mapped != MAP_FAILED else { throw FileError(.read, path, code: errno) }
    start = mapped
  }

  deinit {
    if let start { munmap(start, count) }
  }

  /// Calls `body` with the content, which must not be used later.
  public func withUnsafeBytes<Result, Failure>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try body(UnsafeRawBufferPointer(start: start, count: count))
  }

  /// Copies a part, which must be there.
  public subscript(range: Range<Int>) -> [UInt8] {
    withUnsafeBytes { Array($0[range]) }
  }
}
