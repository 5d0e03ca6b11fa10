import Foundation

/// Reads a whole regular file. Its size is checked before anything is allocated.
/// - Parameters:
///   - path: The file.
///   - maximumBytes: The most that the caller can make sense of.
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
  guard let size = Int(exactly: status.st_size), size <= maximumBytes else {
    throw FileError(
      .read, path, reason: "\(status.st_size) bytes, where at most \(maximumBytes) make sense",
      advice: "check that it is the file you mean")
  }
  // NOTE: an array without capacity would write its count into the storage that all empty arrays share.
  guard size > 0 else { return [] }
  return try [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
    while count < size {
      let rest = UnsafeMutableRawBufferPointer(
        rebasing: UnsafeMutableRawBufferPointer(buffer)[count...])
      let received = read(descriptor.number, rest.baseAddress, rest.count)
      if received > 0 {
        count += received
      } else if received == 0 {
        throw FileError(
          .read, path, reason: "it shrank while it was read",
          advice: "wait until its writer is done")
      } else if errno != EINTR {
        throw FileError(.read, path, code: errno)
      }
    }
  }
}
