import Foundation

/// Owns an open file descriptor and closes it when it is released.
final class Descriptor: Sendable {
  let number: Int32

  /// Opens a file. Retries if a signal interrupts the call.
  init(
    opening path: String, flags: Int32, mode: mode_t = 0o666, for operation: FileError.Operation
  ) throws {
    var opened: Int32
    repeat { opened = open(path, flags | O_CLOEXEC, mode) } while opened < 0 && errno == EINTR
    guard opened >= 0 else { throw FileError(operation, path, code: errno) }
    number = opened
  }

  deinit { close(number) }

  /// Writes all bytes, in as many calls as needed.
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
  /// - Throws: `FileError` that names `path` if the file is larger than `maximumBytes` or shrinks
  ///   while it is read.
  func readAll(path: String, maximumBytes: Int) throws -> [UInt8] {
    let size = Int(try status(path: path, for: .read).st_size)
    guard size <= maximumBytes else {
      throw FileError(
        .read, path, reason: "\(size) bytes, but at most \(maximumBytes) are allowed",
        advice: "check that it is the file you mean")
    }
    return try read(at: 0, count: size, path: path)
  }

  /// Reads `size` bytes from an offset on.
  /// - Throws: `FileError` that names `path`, also if there are fewer.
  func read(at offset: Int, count size: Int, path: String) throws -> [UInt8] {
    // NOTE: an array without capacity would write its count into the storage that all empty arrays
    // share.
    guard size > 0 else { return [] }
    return try [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      while count < size {
        let rest = UnsafeMutableRawBufferPointer(
          rebasing: UnsafeMutableRawBufferPointer(buffer)[count...])
        let received = pread(number, rest.baseAddress, rest.count, off_t(offset + count))
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

  /// Synchronizes the file to disk.
  /// - Throws: `FileError` that names `path`.
  func synchronize(path: String) throws {
    while fsync(number) != 0 {
      // Pipes, devices and some network folders do not support it.
      if errno == EINVAL || errno == ENOTSUP { return }
      guard errno == EINTR else { throw FileError(.write, path, code: errno) }
    }
  }

  /// Returns the file's kind and size.
  func status(path: String, for operation: FileError.Operation) throws -> stat {
    var status = stat()
    guard fstat(number, &status) == 0 else { throw FileError(operation, path, code: errno) }
    return status
  }
}

/// The C function that `writeAllBytes` calls; tests replace it with one that writes only a part.
public typealias WriteFunction = (Int32, UnsafeRawPointer?, Int) -> Int

/// Writes all bytes to an open file, in as many calls as needed.
///
/// - Returns: The C error number if a call fails, otherwise nil.
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
