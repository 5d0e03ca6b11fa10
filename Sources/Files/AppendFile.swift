import Foundation

/// A file that only grows, by complete pieces.
public final class AppendFile: Sendable {
  /// The file, as the caller named it.
  public let path: String
  let descriptor: Descriptor

  /// Opens the file, or creates it.
  /// - Throws: `FileError`.
  public init(path: String) throws {
    self.path = path
    descriptor = try Descriptor(opening: path, flags: O_RDWR | O_CREAT | O_APPEND, for: .write)
  }

  /// Appends bytes in one write, by default synchronized to disk. If only a part is written, it is
  /// removed again.
  /// - Throws: `FileError`.
  public func append(_ bytes: [UInt8], synchronizing: Bool = true) throws {
    let before = try size()
    do {
      try bytes.withUnsafeBytes { try descriptor.writeAll($0, path: path) }
    } catch {
      ftruncate(descriptor.number, off_t(before))
      throw error
    }
    if synchronizing { try descriptor.synchronize(path: path) }
  }

  /// Reads the whole file, even if its name has been removed.
  /// - Throws: `FileError`, also if it is larger than `maximumBytes`.
  public func read(maximumBytes: Int) throws -> [UInt8] {
    try descriptor.readAll(path: path, maximumBytes: maximumBytes)
  }

  /// Removes everything after the first `count` bytes.
  /// - Throws: `FileError`.
  public func truncate(to count: Int) throws {
    guard ftruncate(descriptor.number, off_t(count)) == 0 else {
      throw FileError(.write, path, code: errno)
    }
  }

  /// Returns the file's size in bytes.
  /// - Throws: `FileError`.
  public func size() throws -> Int {
    Int(try descriptor.status(path: path, for: .write).st_size)
  }
}
