import Datasets
import Files
import Foundation

/// Finds data sets by name or path, checks and loads them.
package struct DatasetStore: Sendable {
  /// The folder that contains the folders of known sets.
  package let root: String
  /// The sets that have a name.
  package let known: [KnownDataset]
  /// Reads folders, and prepares images.
  let reader: FolderReader
  private let rootIsChosen: Bool
  private let optionHint: String

  /// Creates a store in the data folder: `dataFolder`, else `GPUTRAIN_DATA`, else `cacheFolder`.
  ///
  /// - Parameters:
  ///   - dataFolder: The value of `--data-dir`.
  ///   - environment: The environment variables.
  ///   - known: The sets that have a name.
  ///   - preparation: How images are scaled, converted and held out.
  ///   - onProgress: Called after each picture that is read, from any thread.
  package init(
    dataFolder: String? = nil,
    environment: [String: String] = ProcessInfo.processInfo.environment,
    known: [KnownDataset] = KnownDataset.all,
    preparation: ImagePreparation = ImagePreparation(),
    onProgress: (@Sendable (ReadingProgress) -> Void)? = nil
  ) {
    let chosen = [dataFolder, environment["GPUTRAIN_DATA"]].compactMap(\.self).first { !$0.isEmpty }
    root = chosen ?? cacheFolder(environment: environment)
    rootIsChosen = chosen != nil
    optionHint = dataFolder == nil ? "" : " --data-dir \(root)"
    self.known = known
    reader = FolderReader(
      preparation, cacheFolder: cacheFolder(environment: environment) + "/pictures",
      onProgress: onProgress)
  }

  /// The names that `load` accepts, apart from paths.
  package var names: [String] { known.map(\.name) + [SyntheticDigits.name] }

  /// Returns the known set with this name.
  ///
  /// - Throws: `DatasetError.unknownName`.
  package func knownDataset(_ name: String) throws -> KnownDataset {
    guard let set = known.first(where: { $0.name == name }) else {
      throw DatasetError.unknownName(name, known: names)
    }
    return set
  }

  /// Returns the folder into which a set is downloaded.
  package func fetchFolder(for set: KnownDataset) -> String { "\(root)/\(set.name)" }

  /// Loads a data set: a known set, checked by its digests; `synthetic-digits`, which is drawn; or
  /// the IDX files or pictures of a folder, checked only for their form.
  ///
  /// - Parameters:
  ///   - name: A name, or a path, which has a slash.
  ///   - limit: The number of training images to keep, the first ones; nil for all.
  /// - Throws: `DatasetError`, or `FileError` if a file cannot be read.
  package func load(_ name: String, limit: Int? = nil) throws -> Dataset {
    let dataset =
      name == SyntheticDigits.name
      ? try prepare(SyntheticDigits.make(limit: limit))
      : try name.contains("/") ? reader.load(name) : prepare(load(knownDataset(name)))
    return limit.map(dataset.limited) ?? dataset
  }

  /// Scales and converts the images of a set that has a name.
  private func prepare(_ set: Dataset) throws -> Dataset {
    let images = try reader.prepare(set.train, validation: set.validation, from: set.name)
    return Dataset(
      name: set.name, train: images.train, validation: images.validation, classes: set.classes,
      from: set.source)
  }

  /// Returns the folders that may have a known set.
  func folders(for set: KnownDataset) -> [String] {
    [set.name, set.torchvisionFolder].compactMap(\.self).reduce(into: [root]) {
      $0.append("\(root)/\($1)")
    }
  }

  /// Returns the advice on how to get a known set.
  func hint(_ name: String) -> String {
    "run 'gputrain data fetch \(name)\(optionHint)' or name its folder with --data-dir"
  }

  /// Loads a known set. It prefers a folder whose digests can be checked, then one with the right
  /// form, to one with errors.
  private func load(_ set: KnownDataset) throws -> Dataset {
    if rootIsChosen && !isFolder(root) {
      throw DatasetError.missingFolder(root, hint: hint(set.name))
    }
    var formOnly: Dataset?
    var failure: Error?
    for folder in folders(for: set) {
      do {
        guard let dataset = try load(set, in: folder) else { continue }
        if dataset.source.notes.isEmpty { return dataset }
        formOnly = formOnly ?? dataset
      } catch {
        failure = failure ?? error
      }
    }
    if let formOnly { return formOnly }
    throw failure ?? notFound(set)
  }

  /// Loads a known set from a folder; nil if the folder has none of its files.
  private func load(_ set: KnownDataset, in path: String) throws -> Dataset? {
    if case .cifar10 = set.contents { return try set.loadCIFAR(in: path) }
    let folder = IDXFolder(path, contents: set)
    let missing = folder.missing
    if missing.count == DataFile.allCases.count { return nil }
    guard missing.isEmpty,
      let train = try folder.pair(.trainImages, .trainLabels),
      let validation = try folder.pair(.validationImages, .validationLabels)
    else {
      throw DatasetError.incomplete(
        folder: path, missing: missing.map(\.rawValue),
        alike: lookalikes(of: set, below: path, except: folder.files), hint: hint(set.name))
    }
    let formOnly = train.formOnly + validation.formOnly
    let notes =
      formOnly.isEmpty
      ? []
      : [
        "\(set.name): checked for form only, since only its archives' MD5 is known: "
          + formOnly.joined(separator: ", ")
      ]
    return Dataset(
      name: set.name, train: train.images, validation: validation.images,
      from: DataSource(path, files: folder.files, notes: notes))
  }

  /// Returns the error for a known set of which no folder has any file.
  func notFound(_ set: KnownDataset) -> DatasetError {
    .notFound(
      name: set.name, folders: folders(for: set), alike: lookalikes(of: set, below: root),
      hint: hint(set.name))
  }

  /// Returns files in a folder that may belong to a known set, without those at the places of other
  /// known sets.
  private func lookalikes(
    of set: KnownDataset, below path: String, except used: [String] = []
  ) -> [String] {
    let others = known.filter { $0 != set }.flatMap {
      [$0.name, $0.torchvisionFolder.map { String($0.prefix { $0 != "/" }) }].compactMap(\.self)
    }
    return Lookalikes.below(path, except: used, passing: Set(others))
  }
}
