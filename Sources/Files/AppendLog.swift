import Foundation

/// A text file that grows by whole lines, such as a table with one row per epoch.
public final class AppendLog: Sendable {
  private let file: AppendFile

  /// Opens the file, or creates it. A last line without a line feed, which a killed program may
  /// leave, is removed.
  /// - Throws: `FileError`.
  public init(path: String) throws {
    file = try AppendFile(path: path)
    try cutIncompleteLine()
  }

  /// The file, as the caller named it.
  public var path: String { file.path }

  /// Whether the file has no line yet, so that a table's header must be written.
  /// - Throws: `FileError`.
  public var isEmpty: Bool { get throws { try file.size() == 0 } }

  /// Appends `line` and a line feed in one write, by default synchronized to disk. If only a part
  /// is written, it is removed again.
  /// - Throws: `FileError`.
  public func append(_ line: String, synchronizing: Bool = true) throws {
    try file.append(Array("\(line)\n".utf8), synchronizing: synchronizing)
  }

  private func cutIncompleteLine() throws {
    let size = try file.size()
    var end = size
    var byte: UInt8 = 0
    while end > 0 {
      guard pread(file.descriptor.number, &byte, 1, off_t(end - 1)) == 1 else {
        throw FileError(.write, path, code: errno)
      }
      if byte == UInt8(ascii: "\n") { break }
      end -= 1
    }
    if end < size { try file.truncate(to: end) }
  }
}
