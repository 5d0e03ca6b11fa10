import Foundation

/// An exclusive lock on a folder. The system ties it to the open folder, so it ends with its owner,
/// however the program ends, and leaves no file.
public final class FolderLock {
  private let descriptor: Descriptor

  /// Locks an existing folder; nil if it is locked already.
  ///
  /// NOTE: on a file system without locks every lock succeeds.
  /// - Throws: `FileError` if the folder cannot be opened.
  public init?(_ path: String) throws {
    descriptor = try Descriptor(opening: path, flags: O_RDONLY | O_DIRECTORY, for: .write)
    while flock(descriptor.number, LOCK_EX | LOCK_NB) != 0 {
      if errno == EWOULDBLOCK { return nil }
      if errno != EINTR { break }
    }
  }

  /// Whether a program of this machine has locked a folder. Takes no lock, so that no program is
  /// refused one meanwhile: the system's list of locks is read (proc_locks(5)).
  public static func isHeld(_ path: String) -> Bool {
    var status = stat()
    guard stat(path, &status) == 0,
      let locks = try? String(contentsOfFile: "/proc/locks", encoding: .utf8)
    else { return false }
    // A line has the device and the inode, such as 1: FLOCK ADVISORY WRITE 4711 fe:00:123 0 EOF.
    let inode = ":\(status.st_ino)"
    return locks.split(separator: "\n").contains { line in
      let fields = line.split(separator: " ")
      return fields.contains("FLOCK") && fields.contains { $0.hasSuffix(inode) }
    }
  }
}
