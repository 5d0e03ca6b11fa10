import Foundation
import Synchronization

/// Writing so that a reader finds the old file or the new one, never half of it.
public enum AtomicFile {
  private static let counter = Atomic<UInt64>(0)

  /// Replaces the file at `path`: a temporary name in the same folder, every byte, `fsync`,
  /// `rename`, `fsync` of the folder. A failure leaves what was there and no temporary file.
  ///
  /// A link stays, and what it points to is replaced. A folder, a pipe or a device is refused: a
  /// rename would put a plain file in the place of `/dev/null`.
  /// - Throws: `FileError`.
  public static func write(_ bytes: some ContiguousBytes, to path: String) throws {
    let target = try replaceable(path)
    let folder = parentFolder(of: target)
    let (temporary, descriptor) = try openTemporary(in: folder, for: path)
    do {
      try bytes.withUnsafeBytes { try descriptor.writeAll($0, path: path) }
      try descriptor.synchronize(path: path)
      guard rename(temporary, target) == 0 else { throw FileError(.write, path, code: errno) }
    } catch {
      unlink(temporary)
      throw error
    }
    try Descriptor(opening: folder, flags: O_RDONLY | O_DIRECTORY, for: .write)
      .synchronize(path: folder)
  }

  /// Replaces the file at `path` by `text` in UTF-8, as `write(_:to:)` does for bytes.
  /// - Throws: `FileError`.
  public static func write(_ text: String, to path: String) throws {
    try write(Array(text.utf8), to: path)
  }

  /// Checks, before work whose results go there, that a file can be written at `path`.
  /// - Throws: `FileError` where it cannot, as far as can be known.
  public static func check(_ path: String) throws {
    let target = try replaceable(path)
    guard access(parentFolder(of: target) + "/.", W_OK | X_OK) == 0 else {
      throw FileError(.write, path, code: errno)
    }
  }

  /// Whether `name` (without its folder) is one that `write` uses before it renames: only a killed
  /// program leaves such a file behind, and it may be removed.
  public static func isTemporary(name: String) -> Bool {
    name.hasPrefix(prefix) && name.hasSuffix(suffix)
  }

  /// The path behind all links, of a plain file or of nothing yet.
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
        // A program killed under the same process number left this very name: take the next.
        continue
      } catch let error as FileError {
        throw FileError(.write, path, code: error.code ?? EIO)
      }
    }
  }
}

/// The folder that holds `path`: "." for a bare name, "/" for an entry of the root.
func parentFolder(of path: String) -> String {
  guard let slash = path.lastIndex(of: "/") else { return "." }
  return slash == path.startIndex ? "/" : String(path[..<slash])
}
