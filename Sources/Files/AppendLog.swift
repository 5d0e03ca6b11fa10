import Foundation

/// A text file that grows by whole lines, such as a table of one row an epoch.
public final class AppendLog {
  /// The file, as the caller named it.
  public let path: String
  private let descriptor: Descriptor

  /// Opens the file, or creates it. A last line without its line feed, as a killed program leaves
  /// it, is cut off.
  /// - Throws: `FileError`.
  public init(path: String) throws {
    self.path = path
    descriptor = try Descriptor(opening: path, flags: O_RDWR | O_CREAT | O_APPEND, for: .write)
    try cutIncompleteLine()
  }

  /// Whether the file holds no line yet, so that a table's head is to be written.
  /// - Throws: `FileError`.
  public var isEmpty: Bool { get throws { try size() == 0 } }

  /// Appends `line` and a line feed in one write, and asks the disk to keep it. If the disk takes
  /// only a part of it, that part is removed again.
  /// - Throws: `FileError`.
  public func append(_ line: String) throws {
    let before = try size()
    do {
      try Array("\(line)\n".utf8).withUnsafeBytes { try descriptor.writeAll($0, path: path) }
    } catch {
      ftruncate(descriptor.number, off_t(before))
      throw error
    }
    try descriptor.synchronize(path: path)
  }

  private func size() throws -> Int {
    Int(try descriptor.status(path: path, for: .write).st_size)
  }

  private func cutIncompleteLine() throws {
    let size = try size()
    var end = size
    var byte: UInt8 = 0
    while end > 0 {
      guard pread(descriptor.number, &byte, 1, off_t(end - 1)) == 1 else {
        throw FileError(.write, path, code: errno)
      }
      if byte == UInt8(ascii: "\n") { break }
      end -= 1
    }
    guard end == size || ftruncate(descriptor.number, off_t(end)) == 0 else {
      throw FileError(.write, path, code: errno)
    }
  }
}
