import Files
import Foundation

extension DatasetStore {
  /// A known set, and where its four files lie.
  public struct Listing: Equatable, Sendable {
    /// The set's name.
    public let name: String
    /// The first folder that has all four files, unchecked; nil if none has. For
    /// `synthetic-digits`, which needs no files, a word that says so.
    public let location: String?
  }

  /// What is known of one data file.
  public struct FileReport: Equatable, Sendable, CustomStringConvertible {
    /// The outcome of looking at a file.
    public enum Status: Equatable, Sendable {
      /// The digest of this name agrees.
      case verified(digest: String)
      /// The form is right; no digest for it is known.
      case formOnly
      /// It cannot be used, for this reason: one line that names the path.
      case wrong(reason: String)
      /// It is not there, packed or not.
      case missing
    }

    /// The file's name, without `.gz`.
    public let name: String
    /// Where it is, or where it would be.
    public let path: String
    /// What was found.
    public let status: Status

    /// Whether the file can be used.
    public var isUsable: Bool {
      switch status {
      case .verified, .formOnly: true
      case .wrong, .missing: false
      }
    }

    /// One line: the path and what was found.
    public var description: String {
      switch status {
      case .verified(let digest): "\(path): \(digest) agrees"
      case .formOnly: "\(path): right form, content not checked"
      case .wrong(let reason): reason
      case .missing: "\(path): missing"
      }
    }
  }

  /// Every set that has a name, and where it was found. Nothing is read.
  public func list() -> [Listing] {
    known.map { set in
      Listing(
        name: set.name,
        location: folders(for: set).first { folder in
          DataFile.allCases.allSatisfy {
            !CheckedFile.candidates($0, in: folder, known: set).isEmpty
          }
        })
    } + [Listing(name: SyntheticDigits.name, location: "drawn by the program")]
  }

  /// Reads and checks every file of a set, in every folder that has any of them: packed and
  /// unpacked copies each get a report.
  /// - Parameter name: A known set's name, or a folder's path, which has a slash.
  /// - Throws: `DatasetError` if there is nothing to check.
  public func verify(_ name: String) throws -> [FileReport] {
    if name.contains("/") {
      let folder = try existingFolder(name)
      let reports = report(in: folder, known: nil)
      if reports.isEmpty, let pictures = try PictureFolder(folder) { return [report(on: pictures)] }
      guard !reports.isEmpty else {
        throw DatasetError.notFound(name: "IDX or PNG", folders: [name], hint: "check the path")
      }
      return reports
    }
    let set = try knownDataset(name)
    let reports = folders(for: set).flatMap { report(in: $0, known: set) }
    guard !reports.isEmpty else {
      throw DatasetError.notFound(name: name, folders: folders(for: set), hint: hint(name))
    }
    return reports
  }

  /// A report on each file in `folder`; none if the folder holds no file of the set.
  private func report(in folder: String, known: KnownDataset?) -> [FileReport] {
    let paths = DataFile.allCases.map {
      (file: $0, paths: CheckedFile.candidates($0, in: folder, known: known))
    }
    if paths.allSatisfy(\.paths.isEmpty) { return [] }
    return paths.flatMap { file, paths in
      paths.isEmpty
        ? [
          FileReport(
            name: file.rawValue, path: "\(folder)/\(file.rawValue)", status: .missing)
        ]
        : paths.map {
          FileReport(
            name: file.rawValue, path: $0, status: status(path: $0, file: file, known: known))
        }
    }
  }

  /// A report on all pictures of a folder at once: the first that is wrong speaks for all.
  private func report(on pictures: PictureFolder) -> FileReport {
    func report(_ status: FileReport.Status) -> FileReport {
      FileReport(
        name: "\(pictures.files.count) PNG files", path: "\(pictures.path)/*.png", status: status)
    }
    do {
      _ = try pictures.read()
      return report(.formOnly)
    } catch {
      return report(.wrong(reason: "\(error)"))
    }
  }

  private func status(path: String, file: DataFile, known: KnownDataset?) -> FileReport.Status {
    do {
      let checked = try CheckedFile(path: path, file: file, known: known)
      return checked.digest.map { .verified(digest: $0.rawValue) } ?? .formOnly
    } catch {
      return .wrong(reason: "\(error)")
    }
  }
}
