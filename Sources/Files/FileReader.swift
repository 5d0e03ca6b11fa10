import Foundation

/// Reads a whole regular file. Its size is checked before anything is allocated.
/// - Parameters:
///   - path: The file.
///   - maximumBytes: The largest size that the caller accepts.
/// - Throws: `FileError` if the file is missing, unreadable, not a regular file, larger than
///   `maximumBytes`, or shrinks while it is read.
public func readFile(path: String, maximumBytes: Int) throws -> [UInt8] {
  // Without O_NONBLOCK, opening a named pipe would wait for its writer.
  let descriptor = try Descriptor(opening: path, flags: O_RDONLY | O_NONBLOCK, for: .read)
  let status = try descriptor.status(path: path, for: .read)
  switch status.st_mode & S_IFMT {
  case S_IFREG: break
  case S_IFDIR: throw FileError(.read, path, code: EISDIR)
  default:
    throw FileError(.read, path, reason: "not a regular file", advice: "name a plain file")
  }
  return try descriptor.readAll(path: path, maximumBytes: maximumBytes)
}
