import Files

/// Finds files whose names look like data, for errors and notes when no data was found.
package enum Lookalikes {
  private static let words = ["ubyte", "idx", "images", "labels", "mnist"]
  private static let endings = [
    "bmp", "csv", "gif", "gz", "jpeg", "jpg", "mat", "npy", "npz", "parquet", "pgm", "pkl", "png",
    "pt", "rar", "7z", "tar", "tgz", "tif", "tiff", "webp", "zip",
  ]
  /// The depth of folders to search, and the number of folders at each level.
  private static let (levels, folders) = (3, 100)

  /// Returns paths of files below a folder, relative to it, upper levels first. A folder with a
  /// data file's name is listed too.
  /// - Parameters:
  ///   - used: Paths of files to leave out.
  ///   - passed: Names of folders not to search.
  package static func below(
    _ folder: String, except used: [String] = [], passing passed: Set<String> = []
  ) -> [String] {
    let used = Set(used)
    var found: [String] = []
    var level = [""]
    for _ in 0..<levels {
      var next: [String] = []
      for place in level.prefix(folders) {
        for name in (try? namesInFolder("\(folder)/\(place)")) ?? [] where !passed.contains(name) {
          let path = "\(folder)/\(place)\(name)"
          if isFolder(path) {
            next.append("\(place)\(name)/")
            if name.hasSuffix("ubyte") { found.append("\(place)\(name)/") }
          } else if isAlike(name.lowercased()), !used.contains(path) {
            found.append(place + name)
          }
        }
      }
      level = next
    }
    return found
  }

  private static func isAlike(_ name: String) -> Bool {
    words.contains(where: name.contains) || endings.contains { name.hasSuffix(".\($0)") }
  }
}

extension [String] {
  /// The first three elements, and the number of the others.
  package var firstFew: String { first(3) }

  /// The first elements, at most `most`, and the number of the others.
  package func first(_ most: Int) -> String {
    let shown = prefix(most).joined(separator: ", ")
    return count > most ? "\(shown) and \(count - most) more" : shown
  }
}
