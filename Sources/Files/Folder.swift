import Foundation

/// Makes a folder and those above it, where they are missing.
/// - Throws: `FileError` that names `path`.
public func createFolder(_ path: String) throws {
  var ends = path.indices.filter { path[$0] == "/" && $0 != path.startIndex }
  ends.append(path.endIndex)
  for end in ends where mkdir(String(path[..<end]), 0o777) != 0 {
    let code = errno
    // NOTE: mkdir may say EROFS or EACCES of a folder that is there; only the last one matters.
    if end == path.endIndex && !isFolder(path) {
      throw FileError(.createFolder, path, code: code)
    }
  }
}

/// Whether `path` is a folder; a link to one counts.
public func isFolder(_ path: String) -> Bool {
  var status = stat()
  return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
}

/// Whether `createFolder` can be expected to succeed where nothing has the name `path` yet: the
/// nearest folder above that exists lets this program make files. Makes nothing.
public func canCreateFolder(_ path: String) -> Bool {
  var status = stat()
  // NOTE: a link to nothing is something: no folder can be made in its place.
  guard !path.isEmpty, lstat(path, &status) != 0 else { return false }
  var above = parentFolder(of: path)
  while lstat(above, &status) != 0, above != ".", above != "/" { above = parentFolder(of: above) }
  return isWritableFolder(above)
}

/// Whether `path` is a folder in which this program may make files.
public func isWritableFolder(_ path: String) -> Bool {
  isFolder(path) && access(path, W_OK | X_OK) == 0
}

/// The folder for what can be made or fetched again: `gputrain` in `XDG_CACHE_HOME` or, where that is empty or relative,
/// in `~/.cache`.
public func cacheFolder(
  environment: [String: String] = ProcessInfo.processInfo.environment
) -> String {
  if let cache = environment["XDG_CACHE_HOME"], cache.hasPrefix("/") { return "\(cache)/gputrain" }
  return "\(environment["HOME"] ?? NSHomeDirectory())/.cache/gputrain"
}
