import Foundation

/// The owner of an open file descriptor: closes it at the end of its life.
final class Descriptor {
  let number: Int32

  /// Opens a file. A signal that arrives meanwhile does not fail it.
  init(
    opening path: String, flags: Int32, mode: mode_t = 0o666, for operation: FileError.Operation
  ) throws {
    var opened: Int32
    repeat { opened = open(path, flags | O_CLOEXEC, mode) } while opened < 0 && errno == EINTR
    guard opened >= 0 else { throw FileError(operation, path, code: errno) }
    number = opened
  }

  deinit { close(number) }

  /// Writes every byte, however many calls that takes.
  /// - Throws: `FileError` that names `path`.
  func writeAll(
    _ bytes: UnsafeRawBufferPointer, path: String,
    using write: WriteFunction = { Glibc.write($0, $1, $2) }
  ) throws {
    if let code = writeAllBytes(bytes, to: number, using: write) {
      throw FileError(.write, path, code: code)
    }
  }

  /// Reads the whole file. Its size is checked before anything is allocated.
  /// - Throws: `FileError` that names `path` if the file is larger than `maximumBytes` or shrinks while it is read.
  func readAll(path: String, maximumBytes: Int) throws -> [UInt8] {
    let size = Int(try status(path: path, for: .read).st_size)
    guard size <= maximumBytes else {
      throw FileError(
        .read, path, reason: "\(size) bytes, where at most \(maximumBytes) make sense",
        advice: "check that it is the file you mean")
    }
    // NOTE: an array without capacity would write its count into the storage that all empty arrays share.
    guard size > 0 else { return [] }
    return try [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      while count < size {
        let rest = UnsafeMutableRawBufferPointer(
          rebasing: UnsafeMutableRawBufferPointer(buffer)[count...])
        let received = pread(number, rest.baseAddress, rest.count, off_t(count))
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

  /// Asks the disk to keep what was written.
  /// - Throws: `FileError` that names `path`.
  func synchronize(path: String) throws {
    while fsync(number) != 0 {
      // Pipes, devices and some network folders have nothing to synchronize.
      if errno == EINVAL || errno == ENOTSUP { return }
      guard errno == EINTR else { throw FileError(.write, path, code: errno) }
    }
  }

  /// The file's kind and size.
  func status(path: String, for operation: FileError.Operation) throws -> stat {
    var status = stat()
    guard fstat(number, &status) == 0 else { throw FileError(operation, path, code: errno) }
    return status
  }
}

/// The C function that `writeAllBytes` calls; the tests put one in its place that falls short.
public typealias WriteFunction = (Int32, UnsafeRawPointer?, Int) -> Int

/// Writes every byte to an open file, however many calls that takes.
///
/// - Returns: The C error number of a failure; nil for none.
public func writeAllBytes(
  _ bytes: UnsafeRawBufferPointer, to number: Int32,
  using write: WriteFunction = { Glibc.write($0, $1, $2) }
) -> Int32? {
  var rest = bytes[...]
  while !rest.isEmpty {
    let written = write(number, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
    if written > 0 {
      rest = rest.dropFirst(written)
    } else if written == 0 || errno != EINTR {
      return written == 0 ? EIO : errno
    }
  }
  return nil
}
