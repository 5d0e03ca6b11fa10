import Datasets
import Files

extension KnownDataset {
  /// Loads CIFAR-10 as `readCIFAR` reads it.
  /// - Throws: What that throws; `DatasetError.unusable` without validation images.
  func loadCIFAR(in folder: String) throws -> Dataset? {
    guard let read = try readCIFAR(in: folder) else { return nil }
    let arrays = read.arrays
    guard let validation = arrays.validation else {
      throw DatasetError.unusable(
        path: folder, reason: "it has no validation images", advice: fetchAdvice)
    }
    let classes = zip(UInt8.min...UInt8.max, arrays.classNames).map {
      ImageClass(label: $0, name: $1)
    }
    let notes =
      read.digest == nil
      ? ["\(name): checked for form only, since only its archive's MD5 is known"] : []
    return Dataset(
      name: name, train: arrays.train, validation: validation,
      classes: classes.isEmpty ? nil : classes,
      from: DataSource(folder, files: read.files, notes: notes))
  }

  /// The arrays of a known set in a folder.
  struct Arrays: Equatable, Sendable {
    /// The images.
    let arrays: ImageArrays
    /// The paths of the files that were read.
    let files: [String]
    /// The name of the digest that matched; nil if only the form could be checked.
    let digest: String?
  }

  /// Reads CIFAR-10 from its archive in a folder, checked by its MD5; without the archive, from the
  /// unpacked files, of which only the form is checked.
  /// - Returns: nil if the folder has neither, or if this is another set.
  /// - Throws: `DatasetError`, also if unpacked files are missing; `FileError`.
  func readCIFAR(in folder: String) throws -> Arrays? {
    guard case .cifar10(let md5) = contents else { return nil }
    let path = "\(folder)/\(KnownArchive.cifar10(md5: md5).name)"
    if isRegularFile(path) {
      let bytes = try readFile(path: path, maximumBytes: DatasetFetcher.maximumArchiveBytes)
      let digest = try demand(.md5, of: bytes, is: md5, at: path)
      let arrays = try CIFAR.ten.read(archive: bytes, path: path)
      return Arrays(arrays: arrays, files: [path], digest: digest)
    }
    guard let unpacked = CIFAR.Folder(folder), unpacked.format == .ten else { return nil }
    guard unpacked.missing.isEmpty else {
      throw DatasetError.unusable(
        path: unpacked.path, reason: "it lacks \(unpacked.missing.joined(separator: ", "))",
        advice: fetchAdvice)
    }
    return Arrays(arrays: try unpacked.load(), files: unpacked.files, digest: nil)
  }

  /// Returns a report on the archive in a folder, otherwise on each unpacked file.
  func reportOnCIFAR(in folder: String) -> [DatasetStore.FileReport] {
    func report(
      _ path: String, _ status: DatasetStore.FileReport.Status
    ) -> DatasetStore.FileReport {
      DatasetStore.FileReport(name: name, path: path, status: status)
    }
    do {
      guard let read = try readCIFAR(in: folder) else { return [] }
      return read.files.map { path in
        report(path, read.digest.map { .verified(digest: $0) } ?? .formOnly)
      }
    } catch {
      return [report(folder, .wrong(reason: "\(error)"))]
    }
  }

  private var fetchAdvice: String {
    "run 'gputrain data fetch \(name)' or unpack the whole archive there"
  }
}
