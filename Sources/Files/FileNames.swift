import Foundation

/// Removes a file, or the name of a link; a file that is not there is no failure. A folder is never
/// removed.
/// - Throws: `FileError`.
public func removeFile(_ path: String) throws {
  guard unlink(path) == 0 || errno == ENOENT || errno == ENOTDIR else {
    throw FileError(.write, path, code: errno)
  }
}

/// Whether `path` is a regular file; a link to one counts.
public func isRegularFile(_ path: String) -> Bool {
  var status = stat()
  return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
}

/// Whether anything has the name `path`, be it a link to nothing.
/// - Throws: `FileError` where that cannot be known, as in a folder that may not be searched.
public func nameExists(_ path: String) throws -> Bool {
  var status = stat()
  if lstat(path, &status) == 0 { return true }
  guard errno == ENOENT || errno == ENOTDIR else { throw FileError(.read, path, code: errno) }
  return false
}

/// Whether two paths lead to one and the same file, which exists.
public func isSameFile(_ first: String, _ second: String) -> Bool {
  var (one, other) = (stat(), stat())
  return stat(first, &one) == 0 && stat(second, &other) == 0 && one.st_dev == other.st_dev
    && one.st_ino == other.st_ino
}
