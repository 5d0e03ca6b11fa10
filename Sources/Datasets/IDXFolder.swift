import Files
import Foundation

/// A folder with the IDX files of a set, under any of the names that mirrors use.
package struct IDXFolder {
  /// The folder, without a slash at its end.
  package let path: String
  /// The expected set; nil if only the form can be checked.
  package let contents: (any ContentCheck)?
  /// The prefix of the names: `emnist-letters-`, or empty.
  let prefix: String

  /// Makes a folder with names without a prefix.
  package init(_ path: String, contents: (any ContentCheck)?) {
    (self.path, self.contents, prefix) = (path, contents, "")
  }

  /// Makes a folder of any set: with names without a prefix, otherwise of one of EMNIST's sets.
  /// - Throws: `DatasetError.severalSets`; `FileError` if the folder cannot be read.
  package init(anySetIn path: String) throws {
    (self.path, contents) = (path, nil)
    let all = try namesInFolder(path)
    let names = Set(all.compactMap(Self.prefix))
    guard names.contains("") || names.count < 2 else {
      throw DatasetError.severalSets(folder: path, names: names.sorted().map { "\($0)…" })
    }
    prefix = names.contains("") ? "" : names.first ?? ""
  }

  /// The names of all data files, without prefixes.
  private static let endings = DataFile.allCases.flatMap(\.names)

  /// Returns the prefix of a data file's name: empty, or the name of one of EMNIST's sets; nil if
  /// it is another file.
  private static func prefix(of name: String) -> String? {
    let bare = name.hasSuffix(".gz") ? String(name.dropLast(3)) : name
    let end = endings.first(where: bare.hasSuffix)
    let prefix = end.map { String(bare.dropLast($0.count)) }
    return prefix == "" || prefix?.wholeMatch(of: /emnist-[a-z]+-/) != nil ? prefix : nil
  }

  /// Whether rows and columns of the images are exchanged, as in all of EMNIST's sets.
  var isTransposed: Bool { !prefix.isEmpty }

  /// Returns the name that the file should have.
  package func name(of file: DataFile) -> String { prefix + file.rawValue }

  /// Returns the paths of the file, which may be in a folder of its name. Those with a better check
  /// come first, then those that load faster.
  package func candidates(_ file: DataFile) -> [String] {
    let names = file.names.map { prefix + $0 }
    func paths(_ ending: String) -> [String] {
      let files = names.map { $0 + ending }
      return files.flatMap { name in
        isFolder("\(path)/\(name)") ? files.map { "\(path)/\(name)/\($0)" } : ["\(path)/\(name)"]
      }.filter { FileManager.default.fileExists(atPath: $0) && !isFolder($0) }
    }
    if contents?.prefersArchive(of: file) == true { return paths(".gz") + paths("") }
    return paths("") + paths(".gz")
  }

  /// The data files that are not there in any form.
  package var missing: [DataFile] { DataFile.allCases.filter { candidates($0).isEmpty } }

  /// Every data file and every copy of it.
  package var files: [String] { DataFile.allCases.flatMap(candidates) }

  /// Reads the first valid copy of the file.
  /// - Returns: nil if there is no copy.
  /// - Throws: `DatasetError` or `FileError` if no copy is valid. A copy of which only the form can
  ///   be checked does not make up for a wrong archive.
  package func find(_ file: DataFile) throws -> CheckedFile? {
    var failure: Error?
    var formOnly: CheckedFile?
    for path in candidates(file) {
      do {
        let checked = try CheckedFile(path: path, file: file, contents: contents)
        if checked.digest != nil || contents == nil { return checked }
        formOnly = checked
      } catch {
        failure = failure ?? error
      }
    }
    if let failure { throw failure }
    return formOnly
  }

  /// Reads images and, if they exist, labels; nil if there are no images.
  /// - Throws: `DatasetError` or `FileError`.
  package func pair(
    _ imageFile: DataFile, _ labelFile: DataFile
  ) throws -> (images: ImageSet, path: String, formOnly: [String])? {
    guard let images = try find(imageFile), let shape = images.shape else { return nil }
    let labels = try find(labelFile)
    let count = images.items.count / shape.elements
    if let labels, labels.items.count != count {
      throw DatasetError.countMismatch(
        images: images.path, imageCount: count, labels: labels.path, labelCount: labels.items.count)
    }
    let set = ImageSet(pixels: images.items, shape: shape, labels: labels?.items)
    return (
      isTransposed ? set.transposed : set, images.path,
      [images, labels].compactMap { $0?.digest == nil ? $0?.path : nil }
    )
  }
}

/// Returns the names in a folder that are not hidden, in byte order.
/// - Throws: `FileError`.
func namesInFolder(_ path: String) throws -> [String] {
  guard let folder = opendir(path) else { throw FileError(.read, path, code: errno) }
  closedir(folder)
  let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
  return names.filter { !$0.hasPrefix(".") }
    .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
}
