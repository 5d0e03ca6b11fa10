import Files

/// The arrays of a data set: one .npy or .npz file, or those in a folder.
package struct ArrayFiles {
  /// The path of the file or folder.
  package let path: String
  /// The paths of the files.
  package let files: [String]
  private let format: ArrayFormat

  /// Searches a file or a folder; nil if it has no arrays. A folder's .npz files come before its
  /// .npy files.
  /// - Throws: `FileError`.
  package init?(_ path: String) throws {
    func format(_ file: String) -> ArrayFormat? {
      ArrayFormat(firstBytes(of: file, count: ArrayFormat.magicBytes))
    }
    let places = isFolder(path) ? try namesInFolder(path).map { "\(path)/\($0)" } : [path]
    let formats = places.map { ($0, format($0)) }
    for wanted in [ArrayFormat.npz, .npy] {
      let files = formats.filter { $0.1 == wanted }.map(\.0)
      if !files.isEmpty {
        (self.path, self.files, self.format) = (path, files, wanted)
        return
      }
    }
    return nil
  }

  /// Reads the images, and their labels.
  /// - Throws: `DatasetError`, `FileError`.
  package func load() throws -> ImageArrays {
    if format == .npz {
      guard files.count == 1 else {
        throw DatasetError.unusable(
          path: path, reason: "it has several archives of arrays", advice: "name one of them")
      }
      return try NPZ.read(try content(files[0]), path: files[0])
    }
    let names = files.map { String(($0.split(separator: "/").last ?? "").prefix { $0 != "." }) }
    let paths = Dictionary(zip(names, files)) { first, _ in first }
    guard let chosen = ArrayNames(names) else {
      throw ArrayNames.unclear(path, names)
    }
    return try ImageArrays(
      train: images(chosen.train, paths),
      validation: chosen.validation.map { try images($0, paths) },
      notes: chosen.leftOut.isEmpty ? [] : ["not read: \(chosen.leftOut.firstFew)"], path: path)
  }

  private func content(_ file: String) throws -> [UInt8] {
    try readFile(path: file, maximumBytes: ArrayFormat.maximumBytes)
  }

  private func images(_ pair: ArrayNames.Pair, _ paths: [String: String]) throws -> ImageSet {
    try ImageSet(pair) { name in
      let path = paths[name] ?? name
      return (try content(path)[...], path)
    }
  }
}
