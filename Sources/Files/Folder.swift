import Foundation

/// Makes a folder and those above it, where they are missing.
/// - Throws: `FileError` that names `path`.
public func createFolder(_ path: String) throws {
  var ends = path.indices.filter { path[$0] == "/" && $0 != path.startIndex }
  ends.append(path.endIndex)
  for end in ends where mkdir(String(path[..<end]), 0o777) != 0 {
    let code = errno
    // NOTE: mkdir may say EROFS or EACCES of a folder that is there, and of a file in the place of a
    // folder above that it exists; what is below then is not in a folder.
    if !isFolder(String(path[..<end])), end == path.endIndex || code != EEXIST {
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
  return isWritableFolder(nearestExisting(parentFolder(of: path)))
}

/// The path itself or, where nothing has that name, the nearest above it that is there.
private func nearestExisting(_ path: String) -> String {
  var (nearest, status) = (path, stat())
  while lstat(nearest, &status) != 0, nearest != ".", nearest != "/" {
    nearest = parentFolder(of: nearest)
  }
  return nearest
}

/// The bytes that this program may still write on the file system of a folder, which may be still
/// to be made; nil where the system does not say.
public func freeBytes(for folder: String) -> Int? {
  var status = statvfs()
  // NOTE: some file systems of a network know no sizes, and say 0 of everything.
  guard statvfs(nearestExisting(folder), &status) == 0, status.f_blocks > 0 else { return nil }
  let (bytes, overflow) = UInt64(status.f_bavail)
    .multipliedReportingOverflow(by: UInt64(status.f_frsize))
  return overflow ? nil : Int(clamping: bytes)
}

/// Whether `path` is a folder in which this program may make files.
public func isWritableFolder(_ path: String) -> Bool {
  isFolder(path) && access(path, W_OK | X_OK) == 0
}

/// The folder for what can be made or fetched again: `gputrain` in `XDG_CACHE_HOME`, else in
/// `.cache` of the home. A variable that is empty or relative counts as unset. A user without a
/// home has it in a private folder among the temporary files.
///
/// - Parameter userHome: the home that the system has for the user; it is asked for only where
///   `HOME` names none.
public func cacheFolder(
  environment: [String: String] = ProcessInfo.processInfo.environment,
  userHome: @autoclosure () -> String? = systemHome()
) -> String {
  if let cache = environment["XDG_CACHE_HOME"], cache.hasPrefix("/") { return "\(cache)/gputrain" }
  // One that is not there is none: root would make it, as `/nonexistent` or `/.cache`.
  func isHome(_ path: String) -> Bool { path.hasPrefix("/") && isFolder(path) }
  if let home = environment["HOME"], isHome(home) { return "\(home)/.cache/gputrain" }
  if let home = userHome(), isHome(home) { return "\(home)/.cache/gputrain" }
  // Nothing can be made in the last place, which an error then names.
  return "\(privateTemporaryFolder() ?? "/dev/null")/gputrain"
}

/// The home that the system's list of users has for this one; nil where the user is not in it.
public func systemHome() -> String? {
  var (entry, found) = (passwd(), UnsafeMutablePointer<passwd>?.none)
  var texts = [CChar](repeating: 0, count: 1 << 16)
  guard getpwuid_r(getuid(), &entry, &texts, texts.count, &found) == 0, found != nil,
    let home = entry.pw_dir
  else { return nil }
  return String(cString: home)
}

/// Folders among the temporary files that can belong to the user alone, in order of preference; none
/// is made.
public func privateTemporaryFolders() -> [String] {
  [NSTemporaryDirectory(), "/var/tmp"].map {
    URL(fileURLWithPath: $0).appendingPathComponent("gputrain-\(geteuid())").path
  }
}

/// The first of these that belongs to the user alone, which is made if it is missing; nil if another
/// user has taken its name, or nothing can be made there.
public func privateTemporaryFolder() -> String? {
  privateTemporaryFolders().first { privateFolderProblem($0) == nil }
}

/// Makes a folder, if it is missing.
///
/// - Returns: Why there is none; nil if there is.
public func folderProblem(_ path: String) -> String? {
  do {
    try createFolder(path)
    return nil
  } catch {
    return (error as? FileError)?.reason ?? "\(error)"
  }
}

/// Makes a folder, if it is missing, that belongs to the user alone; takes the permissions of others
/// from one that is there.
///
/// - Returns: Why there is none; nil if there is.
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
