import Files

/// A data file that was read and is valid.
struct CheckedFile {
  /// The path of the file.
  let path: String
  /// Its pixels or labels.
  let items: [UInt8]
  /// The digest that matched; nil if only the form could be checked.
  let digest: Digest?

  /// Reads and checks the file at `path`.
  /// - Throws: `DatasetError` or `FileError`.
  init(path: String, file: DataFile, known: KnownDataset?) throws {
    try self.init(
      bytes: readFile(path: path, maximumBytes: IDX.maximumBytes(file)), path: path, file: file,
      known: known)
  }

  /// Checks a file's bytes. Detects from them whether they are packed.
  /// - Parameter path: The origin of the bytes, for the error.
  /// - Throws: `DatasetError`.
  init(bytes: [UInt8], path: String, file: DataFile, known: KnownDataset?) throws {
    self.path = path
    let packed = Gzip.isArchive(bytes)
    let content = packed ? try Self.unpack(bytes, file: file, path: path) : bytes
    switch known?.checks[file] {
    case .content(let sha256):
      try Self.demand(.sha256, of: content, is: sha256, path: path, known: known)
      digest = .sha256
    case .archive(let md5) where packed:
      try Self.demand(.md5, of: bytes, is: md5, path: path, known: known)
      digest = .md5
    case .archive:
      // At least it must not be another set that is known by its content.
      let sha256 = Digest.sha256.hex(of: [content])
      let other = KnownDataset.all.first { $0.checks[file] == .content(sha256: sha256) }
      if let other, let known {
        throw DatasetError.otherSet(path: path, name: known.name, other: other.name)
      }
      digest = nil
    case nil: digest = nil
    }
    items = try IDX.items(of: content, file: file, path: path)
  }

  private static func unpack(_ bytes: [UInt8], file: DataFile, path: String) throws -> [UInt8] {
    do {
      let head = try Gzip.prefix(of: bytes, count: file.headerBytes)
      let size = try IDX.claimedBytes(head: head, file: file, path: path)
      return try Gzip.unpack(bytes, size: size)
    } catch let failure as Gzip.Failure {
      throw DatasetError.malformed(path: path, reason: failure.description)
    }
  }

  private static func demand(
    _ digest: Digest, of bytes: [UInt8], is expected: String, path: String, known: KnownDataset?
  ) throws {
    guard digest.hex(of: [bytes]) == expected else {
      throw wrong(digest, path: path, known: known)
    }
  }

  private static func wrong(_ digest: Digest, path: String, known: KnownDataset?) -> DatasetError {
    let name = known?.name ?? ""
    return .wrongContent(
      path: path, name: name, digest: digest.rawValue,
      hint: "replace it, or remove it and run 'gputrain data fetch \(name)'")
  }
}
