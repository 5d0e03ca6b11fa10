import Foundation
import Synchronization

/// Writes files so that a reader finds the old file or the new one, never a part of it.
public enum AtomicFile {
  private static let counter = Atomic<UInt64>(0)

  /// Replaces the file at `path`: writes a temporary file in the same folder, synchronizes it,
  /// renames it and synchronizes the folder. A failure leaves the old file and no temporary file.
  ///
  /// A symbolic link is kept, and its target is replaced. A folder, a pipe or a device is refused:
  /// a rename would replace `/dev/null` by a plain file.
  /// - Throws: `FileError`.
  public static func write(_ bytes: some ContiguousBytes, to path: String) throws {
    try write([bytes], to: path)
  }

  /// Replaces the file at `path` by several parts, one after the other, in the same way as
  /// `write(_:to:)` for bytes.
  /// - Throws: `FileError`.
  public static func write(_ parts: [some ContiguousBytes], to path: String) throws {
    let target = try replaceable(path)
    let folder = parentFolder(of: target)
    let (temporary, descriptor) = try openTemporary(in: folder, for: path)
    do {
      for part in parts { try part.withUnsafeBytes { try descriptor.writeAll($0, path: path) } }
      try descriptor.synchronize(path: path)
      guard rename(temporary, target) == 0 else { throw FileError(.write, path, code: errno) }
    } catch {
      unlink(temporary)
      throw error
    }
    try Descriptor(opening: folder, flags: O_RDONLY | O_DIRECTORY, for: .write)
      .synchronize(path: folder)
  }

  /// Replaces the file at `path` by `text` in UTF-8, in the same way as `write(_:to:)` for bytes.
  /// - Throws: `FileError`.
  public static func write(_ text: String, to path: String) throws {
    try write(Array(text.utf8), to: path)
  }

  /// Checks that a file can be written at `path`, before the work whose results go there.
  /// - Throws: `FileError` if it cannot, as far as this can be known.
  public static func check(_ path: String) throws {
    let target = try replaceable(path)
    guard access(parentFolder(of: target) + "/.", W_OK | X_OK) == 0 else {
      throw FileError(.write, path, code: errno)
    }
  }

  /// Returns whether `name` (without its folder) is a temporary name of `write`. Only a killed
  /// program leaves such a file, and it may be removed.
  public static func isTemporary(name: String) -> Bool {
    name.hasPrefix(prefix) && name.hasSuffix(suffix)
  }

  /// Resolves all links of `path`. Its target must be a plain file or not exist yet.
  private static func replaceable(_ path: String) throws -> String {
    var status = stat()
    guard stat(path, &status) == 0 else { return path }
    switch status.st_mode & S_IFMT {
    case S_IFREG: break
    case S_IFDIR: throw FileError(.write, path, code: EISDIR)
    default:
      throw FileError(.write, path, reason: "not a regular file", advice: "choose another path")
    }
    guard let resolved = realpath(path, nil) else { throw FileError(.write, path, code: errno) }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  private static let prefix = ".gputrain-"
  private static let suffix = ".tmp"

  private static func openTemporary(
    in folder: String, for path: String
  ) throws -> (path: String, descriptor: Descriptor) {
    while true {
      let number = counter.add(1, ordering: .relaxed).newValue
      let temporary = "\(folder)/\(prefix)\(getpid())-\(number)\(suffix)"
      do {
        return (
          temporary,
          try Descriptor(opening: temporary, flags: O_WRONLY | O_CREAT | O_EXCL, for: .write)
        )
      } catch let error as FileError where error.code == EEXIST {
        // A killed program with the same process id left this name: try the next one.
        continue
      } catch let error as FileError {
        throw FileError(.write, path, code: error.code ?? EIO)
      }
    }
  }
}

/// Returns the folder of `path`: "." for a bare name, "/" for an entry of the root.
func parentFolder(of path: String) -> String {
  guard let slash = path.lastIndex(of: "/") else { return "." }
  return slash == path.startIndex ? "/" : String(path[..<slash])
}
