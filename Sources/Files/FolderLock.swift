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
}
