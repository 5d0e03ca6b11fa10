import Foundation

/// A text file that grows by whole lines, such as a table of one row an epoch.
public final class AppendLog {
  private let file: AppendFile

  /// Opens the file, or creates it. A last line without its line feed, as a killed program leaves
  /// it, is cut off.
  /// - Throws: `FileError`.
  public init(path: String) throws {
    file = try AppendFile(path: path)
    try cutIncompleteLine()
  }

  /// The file, as the caller named it.
  public var path: String { file.path }

  /// Whether the file holds no line yet, so that a table's head is to be written.
  /// - Throws: `FileError`.
  public var isEmpty: Bool { get throws { try file.size() == 0 } }

  /// Appends `line` and a line feed in one write, and asks the disk to keep it. If the disk takes
  /// only a part of it, that part is removed again.
  /// - Throws: `FileError`.
  public func append(_ line: String) throws { try file.append(Array("\(line)\n".utf8)) }

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
