import Datasets

extension KnownDataset: ContentCheck {
  /// The checks of files in MNIST's format; none of a set in another format.
  private var checks: [DataFile: Check] {
    if case .idx(let checks) = contents { checks } else { [:] }
  }

  package func prefersArchive(of file: DataFile) -> Bool {
    if case .archive = checks[file] { true } else { false }
  }

  package func check(
    _ content: [UInt8], of file: DataFile, archive: [UInt8]?, at path: String
  ) throws -> String? {
    switch (checks[file], archive) {
    case (.content(let sha256), _):
      return try demand(.sha256, of: content, is: sha256, at: path)
    case (.archive(let md5), let archive?):
      return try demand(.md5, of: archive, is: md5, at: path)
    case (.archive, nil):
      // It must at least not be another set whose content is known.
      let sha256 = Digest.sha256.hex(of: [content])
      if let other = Self.all.first(where: { $0.checks[file] == .content(sha256: sha256) }) {
        throw DatasetError.otherSet(path: path, name: name, other: other.name)
      }
      return nil
    case (nil, _): return nil
    }
  }

  /// Checks bytes by a digest.
  /// - Returns: The digest's name.
  /// - Throws: `DatasetError.wrongContent`.
  func demand(
    _ digest: Digest, of bytes: [UInt8], is expected: String, at path: String
  ) throws -> String {
    guard digest.hex(of: [bytes]) == expected else {
      throw DatasetError.wrongContent(
        path: path, name: name, digest: digest.rawValue,
        hint: "replace it, or remove it and run 'gputrain data fetch \(name)'")
    }
    return digest.rawValue
  }
}
