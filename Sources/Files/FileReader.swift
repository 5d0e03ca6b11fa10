import Foundation

/// Reads a whole regular file. Its size is checked before anything is allocated.
/// - Parameters:
///   - path: The file.
///   - maximumBytes: The largest size that the caller accepts.
/// - Throws: `FileError` if the file is missing, unreadable, not a regular file, larger than
///   `maximumBytes`, or shrinks while it is read.
public func readFile(path: String, maximumBytes: Int) throws -> [UInt8] {
  let (descriptor, _) = try openRegularFile(path)
  return try descriptor.readAll(path: path, maximumBytes: maximumBytes)
}

/// Returns the first bytes of a regular file, at most `count`; none if it cannot be read.
public func firstBytes(of path: String, count: Int) -> [UInt8] {
  guard let file = try? FileParts(path) else { return [] }
  return (try? file.read(at: 0, count: min(count, file.size))) ?? []
}

/// A regular file that is read in parts.
public struct FileParts {
  /// The size of the file in bytes when it was opened.
  public let size: Int
  private let path: String
  private let descriptor: Descriptor

  /// Opens a file.
  /// - Throws: `FileError` if it is missing, unreadable or not a regular file.
  public init(_ path: String) throws {
    self.path = path
    (descriptor, size) = try openRegularFile(path)
  }

  /// Reads `count` bytes, which the file must have, from an offset on.
  /// - Throws: `FileError`.
  public func read(at offset: Int, count: Int) throws -> [UInt8] {
    try descriptor.read(at: offset, count: count, path: path)
  }
}

/// Opens a file for reading, and returns its size.
func openRegularFile(_ path: String) throws -> (Descriptor, size: Int) {
  // Without O_NONBLOCK, opening a named pipe would wait for its writer.
  let descriptor = try Descriptor(opening: path, flags: O_RDONLY | O_NONBLOCK, for: .read)
  let status = try descriptor.status(path: path, for: .read)
  switch status.st_mode & S_IFMT {
  case S_IFREG: return (descriptor, Int(status.st_size))
  case S_IFDIR: throw FileError(.read, path, code: EISDIR)
  default:
    throw FileError(.read, path, reason: "not a regular file", advice: "name a plain file")
  }
}
