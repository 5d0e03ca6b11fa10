import Files
import Foundation

/// A folder with the IDX files of a set, under any of the names that mirrors give them.
package struct IDXFolder {
  /// The folder, without a slash at its end.
  package let path: String
  /// What the files should hold; nil if the form alone can be checked.
  package let contents: (any ContentCheck)?
  /// What stands before the names: `emnist-letters-`, or nothing.
  let prefix: String

  /// A folder of plain names.
  package init(_ path: String, contents: (any ContentCheck)?) {
    (self.path, self.contents, prefix) = (path, contents, "")
  }

  /// A folder of any set: of plain names or, without these, of one of EMNIST's sets.
  /// - Throws: `DatasetError.severalSets`; `FileError` where the folder cannot be read.
  package init(anySetIn path: String) throws {
    (self.path, contents) = (path, nil)
    let all = try namesInFolder(path)
    let names = Set(all.compactMap(Self.prefix))
    guard names.contains("") || names.count < 2 else {
      throw DatasetError.severalSets(folder: path, names: names.sorted().map { "\($0)…" })
    }
    prefix = names.contains("") ? "" : names.first ?? ""
  }

  /// What stands before a data file's name: nothing, or the name of one of EMNIST's sets; nil of
  /// another file.
  private static func prefix(of name: String) -> String? {
    let bare = name.hasSuffix(".gz") ? String(name.dropLast(3)) : name
    let end = DataFile.allCases.flatMap(\.names).first(where: bare.hasSuffix)
    let prefix = end.map { String(bare.dropLast($0.count)) }
    return prefix == "" || prefix?.wholeMatch(of: /emnist-[a-z]+-/) != nil ? prefix : nil
  }

  /// Whether rows and columns of the images are exchanged, as in all of EMNIST's sets.
  var isTransposed: Bool { !prefix.isEmpty }

  /// The name that the file should have.
  package func name(of file: DataFile) -> String { prefix + file.rawValue }

  /// The paths at which the file lies, perhaps within a folder of its name: the better checked
  /// first, then the faster.
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

  /// The data files that are nowhere.
  package var missing: [DataFile] { DataFile.allCases.filter { candidates($0).isEmpty } }

  /// Every data file and every copy of it.
  package var files: [String] { DataFile.allCases.flatMap(candidates) }

  /// Reads the file from the first place where it is in order.
  /// - Returns: nil if it is in no place.
  /// - Throws: `DatasetError` or `FileError` if no place has it in order. A copy whose form alone
  ///   can be checked does not make up for an archive that is wrong.
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

  /// Reads images and, where they are, labels; nil if the images are missing.
  /// - Throws: `DatasetError` or `FileError`.
  package func pair(
    _ imageFile: DataFile, _ labelFile: DataFile
  ) throws -> (images: ImageSet, path: String, formOnly: [String])? {
    guard let images = try find(imageFile) else { return nil }
    let labels = try find(labelFile)
    let count = images.items.count / ImageSet.pixelsPerImage
    if let labels, labels.items.count != count {
      throw DatasetError.countMismatch(
        images: images.path, imageCount: count, labels: labels.path, labelCount: labels.items.count)
    }
    let set = ImageSet(pixels: images.items, labels: labels?.items)
    return (
      isTransposed ? set.transposed : set, images.path,
      [images, labels].compactMap { $0?.digest == nil ? $0?.path : nil }
    )
  }
}

/// The names in a folder that are not hidden, byte by byte.
/// - Throws: `FileError`.
func namesInFolder(_ path: String) throws -> [String] {
  guard let folder = opendir(path) else { throw FileError(.read, path, code: errno) }
  closedir(folder)
  let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
  return names.filter { !$0.hasPrefix(".") }
    .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
}
