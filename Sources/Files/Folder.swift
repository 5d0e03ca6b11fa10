import Foundation

/// Creates a folder and its missing parents.
/// - Throws: `FileError` that names `path`.
public func createFolder(_ path: String) throws {
  var ends = path.indices.filter { path[$0] == "/" && $0 != path.startIndex }
  ends.append(path.endIndex)
  for end in ends where mkdir(String(path[..<end]), 0o777) != 0 {
    let code = errno
    // NOTE: mkdir may report EROFS or EACCES for a folder that exists, and EEXIST for a file in the
    // place of a parent folder, under which nothing can be created.
    if !isFolder(String(path[..<end])), end == path.endIndex || code != EEXIST {
      throw FileError(.createFolder, path, code: code)
    }
  }
}

/// Returns whether `path` is a folder or a link to one.
public func isFolder(_ path: String) -> Bool {
  var status = stat()
  return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
}

/// Returns whether `createFolder` would probably succeed for a `path` at which there is nothing
/// yet: this program may write in the nearest existing parent folder. Creates nothing.
public func canCreateFolder(_ path: String) -> Bool {
  var status = stat()
  // NOTE: a link to nothing counts as something: no folder can be created in its place.
  guard !path.isEmpty, lstat(path, &status) != 0 else { return false }
  return isWritableFolder(nearestExisting(parentFolder(of: path)))
}

/// Returns the path itself or, if there is nothing, its nearest existing parent.
private func nearestExisting(_ path: String) -> String {
  var (nearest, status) = (path, stat())
  while lstat(nearest, &status) != 0, nearest != ".", nearest != "/" {
    nearest = parentFolder(of: nearest)
  }
  return nearest
}

/// Returns the bytes that this program may still write on the file system of a folder, which need
/// not exist yet; nil if the system does not know.
public func freeBytes(for folder: String) -> Int? {
  var status = statvfs()
  // NOTE: some network file systems report 0 for all sizes.
  guard statvfs(nearestExisting(folder), &status) == 0, status.f_blocks > 0 else { return nil }
  let (bytes, overflow) = UInt64(status.f_bavail)
    .multipliedReportingOverflow(by: UInt64(status.f_frsize))
  return overflow ? nil : Int(clamping: bytes)
}

/// Returns whether `path` is a folder in which this program may create files.
public func isWritableFolder(_ path: String) -> Bool {
  isFolder(path) && access(path, W_OK | X_OK) == 0
}

/// Returns the folder for files that can be recreated or downloaded again: `gputrain` in
/// `XDG_CACHE_HOME`, else in `.cache` of the home directory. A variable that is empty or relative
/// counts as unset. Without a home directory it is in a private folder for temporary files.
///
/// - Parameter userHome: Returns the home directory in the system's user database; only called if
///   `HOME` does not name one.
public func cacheFolder(
  environment: [String: String] = ProcessInfo.processInfo.environment,
  userHome: @autoclosure () -> String? = systemHome()
) -> String {
  if let cache = environment["XDG_CACHE_HOME"], cache.hasPrefix("/") { return "\(cache)/gputrain" }
  // A missing home, such as `/nonexistent`, does not count: root would create it.
  func isHome(_ path: String) -> Bool { path.hasPrefix("/") && isFolder(path) }
  if let home = environment["HOME"], isHome(home) { return "\(home)/.cache/gputrain" }
  if let home = userHome(), isHome(home) { return "\(home)/.cache/gputrain" }
  // Nothing can be created in /dev/null, and the error then names it.
  return "\(privateTemporaryFolder() ?? "/dev/null")/gputrain"
}

/// Returns this user's home directory in the system's user database; nil if the user is not in it.
public func systemHome() -> String? {
  var (entry, found) = (passwd(), UnsafeMutablePointer<passwd>?.none)
  var texts = [CChar](repeating: 0, count: 1 << 16)
  guard getpwuid_r(getuid(), &entry, &texts, texts.count, &found) == 0, found != nil,
    let home = entry.pw_dir
  else { return nil }
  return String(cString: home)
}

/// Returns the folders for temporary files that can belong to the user alone, in order of
/// preference. Creates none.
public func privateTemporaryFolders() -> [String] {
  [NSTemporaryDirectory(), "/var/tmp"].map {
    URL(fileURLWithPath: $0).appendingPathComponent("gputrain-\(geteuid())").path
  }
}

/// Returns the first of these that belongs to the user alone, and creates it if it is missing; nil
/// if another user has taken its name, or if nothing can be created there.
public func privateTemporaryFolder() -> String? {
  privateTemporaryFolders().first { privateFolderProblem($0) == nil }
}

/// Creates a folder if it is missing.
///
/// - Returns: The reason of a failure, otherwise nil.
public func folderProblem(_ path: String) -> String? {
  do {
    try createFolder(path)
    return nil
  } catch {
    return (error as? FileError)?.reason ?? "\(error)"
  }
}

/// Creates a folder that belongs to the user alone if it is missing, and removes the permissions of
/// others from an existing one.
///
/// - Returns: The reason of a failure, otherwise nil.
public func privateFolderProblem(_ path: String) -> String? {
  if let problem = folderProblem(parentFolder(of: path)) { return problem }
  mkdir(path, 0o700)
  var status = stat()
  guard lstat(path, &status) == 0 else { return String(cString: strerror(errno)) }
  guard status.st_mode & S_IFMT == S_IFDIR else { return "not a folder" }
  guard status.st_uid == geteuid() else { return "belongs to another user" }
  let isClosed = status.st_mode & 0o077 == 0 || chmod(path, 0o700) == 0
  return isClosed ? nil : "open to other users"
}
