import Foundation

/// Removes a file, or a link itself. Does nothing if there is no such file. Never removes a folder.
/// - Throws: `FileError`.
public func removeFile(_ path: String) throws {
  guard unlink(path) == 0 || errno == ENOENT || errno == ENOTDIR else {
    throw FileError(.write, path, code: errno)
  }
}

/// Returns whether `path` is a regular file or a link to one.
public func isRegularFile(_ path: String) -> Bool {
  var status = stat()
  return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
}

/// Returns whether `path` is a symbolic link.
public func isLink(_ path: String) -> Bool {
  var status = stat()
  return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
}

/// Returns whether anything is at `path`, even a link to nothing.
/// - Throws: `FileError` if that cannot be known, as in a folder that may not be searched.
public func nameExists(_ path: String) throws -> Bool {
  var status = stat()
  if lstat(path, &status) == 0 { return true }
  guard errno == ENOENT || errno == ENOTDIR else { throw FileError(.read, path, code: errno) }
  return false
}

/// Returns whether two paths lead to the same existing file.
public func isSameFile(_ first: String, _ second: String) -> Bool {
  var (one, other) = (stat(), stat())
  return stat(first, &one) == 0 && stat(second, &other) == 0 && one.st_dev == other.st_dev
    && one.st_ino == other.st_ino
}
