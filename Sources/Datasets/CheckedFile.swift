import Files
import Images

/// What the content of a set's data files should be.
package protocol ContentCheck: Sendable {
  /// Whether the digest of a file's archive is known. If so, the archive is preferred to an
  /// unpacked copy.
  func prefersArchive(of file: DataFile) -> Bool

  /// Checks the content of a file, and the archive that it was unpacked from.
  ///
  /// - Returns: The name of the digest that matched; nil if none is known.
  /// - Throws: `DatasetError` if the content is wrong.
  func check(
    _ content: [UInt8], of file: DataFile, archive: [UInt8]?, at path: String
  ) throws -> String?
}

/// A data file that was read and is valid.
package struct CheckedFile {
  /// The path of the file.
  package let path: String
  /// Its pixels or labels.
  package let items: [UInt8]
  /// The shape of an image; nil for labels.
  let shape: ImageShape?
  /// The name of the digest that matched; nil if only the form could be checked.
  package let digest: String?

  /// Reads and checks the file at `path`.
  /// - Throws: `DatasetError` or `FileError`.
  package init(path: String, file: DataFile, contents: (any ContentCheck)?) throws {
    try self.init(
      bytes: readFile(path: path, maximumBytes: IDX.maximumBytes), path: path, file: file,
      contents: contents)
  }

  /// Checks a file's bytes. Detects from them whether they are packed.
  /// - Parameter path: The origin of the bytes, for the error.
  /// - Throws: `DatasetError`.
  package init(
    bytes: [UInt8], path: String, file: DataFile, contents: (any ContentCheck)?
  ) throws {
    self.path = path
    let packed = Gzip.isArchive(bytes)
    let content = packed ? try Self.unpack(bytes, file: file, path: path) : bytes
    digest = try contents?.check(content, of: file, archive: packed ? bytes : nil, at: path)
    let (header, items) = try IDX.content(of: content, file: file, path: path)
    (self.items, shape) = (items, header.shape)
  }

  private static func unpack(_ bytes: [UInt8], file: DataFile, path: String) throws -> [UInt8] {
    do {
      let head = try Gzip.prefix(of: bytes, count: file.headerBytes)
      let header = try IDX.header(head, of: file, path: path)
      return try Gzip.unpack(bytes, size: header.bytes)
    } catch let failure as Gzip.Failure {
      throw DatasetError.malformed(path: path, reason: failure.description)
    }
  }
}
