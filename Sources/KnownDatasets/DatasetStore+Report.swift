import Datasets
import Files
import Foundation

extension DatasetStore {
  /// A known set, and the folder of its four files.
  package struct Listing: Equatable, Sendable {
    /// The set's name.
    package let name: String
    /// The first folder that has all four files, which are not checked; nil if there is none. For
    /// `synthetic-digits`, which needs no files, it is a text that says so.
    package let location: String?
  }

  /// The result of checking one data file.
  package struct FileReport: Equatable, Sendable, CustomStringConvertible {
    /// The outcome of the check.
    package enum Status: Equatable, Sendable {
      /// The digest with this name matches.
      case verified(digest: String)
      /// The form is right, but no digest is known.
      case formOnly
      /// The file cannot be used, for this reason: one line that names the path.
      case wrong(reason: String)
      /// There is no such file, compressed or not.
      case missing
    }

    /// The file's name, without `.gz`.
    package let name: String
    /// Its path, also if it is missing.
    package let path: String
    /// The outcome of the check.
    package let status: Status

    /// Whether the file can be used.
    package var isUsable: Bool {
      switch status {
      case .verified, .formOnly: true
      case .wrong, .missing: false
      }
    }

    /// One line: the path and the outcome.
    package var description: String {
      switch status {
      case .verified(let digest): "\(path): \(digest) agrees"
      case .formOnly: "\(path): right form, content not checked"
      case .wrong(let reason): reason
      case .missing: "\(path): missing"
      }
    }
  }

  /// Lists every set that has a name, with its location, without reading files.
  package func list() -> [Listing] {
    known.map { set in
      Listing(
        name: set.name,
        location: folders(for: set).first(where: set.isComplete))
    } + [Listing(name: SyntheticDigits.name, location: "drawn by the program")]
  }

  /// The result of `verify`.
  package struct Verification: Sendable {
    /// A report on each file, or on each folder of pictures.
    package let reports: [FileReport]
    /// The data set from these files; nil unless all can be used.
    package let dataset: Dataset?
  }

  /// Reads and checks every file of a set, in every folder that has any of them. Compressed and
  /// plain copies each get a report.
  ///
  /// - Parameter name: A known set's name, or a folder's path, which has a slash.
  /// - Throws: `DatasetError` if there is nothing to check; `FileError`.
  package func verify(_ name: String) throws -> Verification {
    var reports: [FileReport]
    let place = isFolder(name) ? try Dataset.existingFolder(name) : name
    if name.contains("/"), let files = try reader.arrayFiles(at: place) {
      return verify(arrays: files, named: name)
    }
    if name.contains("/") {
      let path = try Dataset.existingFolder(name)
      let folder = try IDXFolder(anySetIn: path)
      if folder.files.isEmpty, let pictures = try reader.pictures(in: path) {
        return verify(pictures, named: name)
      }
      reports = report(on: folder)
      if reports.isEmpty { throw FolderReader.nothingToTrainOn(folder) }
    } else {
      let set = try knownDataset(name)
      reports = folders(for: set).flatMap { folder in
        switch set.contents {
        case .idx: report(on: IDXFolder(folder, contents: set))
        case .cifar10: set.reportOnCIFAR(in: folder)
        }
      }
      if reports.isEmpty { throw notFound(set) }
    }
    if reports.allSatisfy(\.isUsable) {
      do {
        return Verification(reports: reports, dataset: try load(name))
      } catch {
        reports.append(FileReport(name: name, path: name, status: .wrong(reason: "\(error)")))
      }
    }
    return Verification(reports: reports, dataset: nil)
  }

  /// Returns a report on each file of a folder; none if it has no file of the set.
  private func report(on folder: IDXFolder) -> [FileReport] {
    if folder.files.isEmpty { return [] }
    return DataFile.allCases.flatMap { file in
      let paths = folder.candidates(file)
      let name = folder.name(of: file)
      return paths.isEmpty
        ? [FileReport(name: name, path: "\(folder.path)/\(name)", status: .missing)]
        : paths.map {
          FileReport(
            name: name, path: $0, status: status(path: $0, file: file, contents: folder.contents))
        }
    }
  }

  /// Returns a report on each file of arrays; if they cannot be loaded, one on all of them.
  private func verify(arrays files: [String], named name: String) -> Verification {
    do {
      let dataset = try reader.load(name)
      return Verification(
        reports: files.map { FileReport(name: $0, path: $0, status: .formOnly) }, dataset: dataset)
    } catch {
      let report = FileReport(name: name, path: name, status: .wrong(reason: "\(error)"))
      return Verification(reports: [report], dataset: nil)
    }
  }

  /// Returns a report on each folder of pictures as a whole or, unless they may be left out, on
  /// each picture that is damaged.
  private func verify(_ pictures: PictureRoot, named name: String) -> Verification {
    do {
      let all = try? reader.skippingDamaged.load(pictures, named: name)
      // If too few can be read, the error is that of the first damaged one.
      let dataset = try all ?? reader.load(pictures, named: name)
      let damaged = dataset.source.damaged.map { file in
        let error = DatasetError.unusable(
          path: file.path, reason: file.reason, advice: "replace it or add --skip-damaged")
        return FileReport(name: file.path, path: file.path, status: .wrong(reason: "\(error)"))
      }
      guard damaged.isEmpty || reader.skipsDamaged else {
        return Verification(reports: damaged, dataset: nil)
      }
      let reports = pictures.folders.map { folder in
        let count = folder.count == 1 ? "1 picture" : "\(folder.count) pictures"
        return FileReport(name: count, path: "\(folder.path), \(count)", status: .formOnly)
      }
      return Verification(reports: reports, dataset: dataset)
    } catch {
      let path = pictures.path
      return Verification(
        reports: [FileReport(name: path, path: path, status: .wrong(reason: "\(error)"))],
        dataset: nil)
    }
  }

  private func status(
    path: String, file: DataFile, contents: (any ContentCheck)?
  ) -> FileReport.Status {
    do {
      let checked = try CheckedFile(path: path, file: file, contents: contents)
      return checked.digest.map { .verified(digest: $0) } ?? .formOnly
    } catch {
      return .wrong(reason: "\(error)")
    }
  }
}
