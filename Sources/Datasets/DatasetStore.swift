import Files
import Foundation

/// Finds data sets by name or path, checks and loads them.
public struct DatasetStore: Sendable {
  /// The folder that known sets are looked for under.
  public let root: String
  /// The sets that have a name.
  public let known: [KnownDataset]
  private let rootIsChosen: Bool
  private let optionHint: String

  /// Chooses the data folder: `dataFolder`, else `GPUTRAIN_DATA`, else `cacheFolder`.
  /// - Parameters:
  ///   - dataFolder: The user's choice, `--data-dir`.
  ///   - environment: The environment variables.
  ///   - known: The sets that have a name.
  public init(
    dataFolder: String? = nil,
    environment: [String: String] = ProcessInfo.processInfo.environment,
    known: [KnownDataset] = KnownDataset.all
  ) {
    let chosen = [dataFolder, environment["GPUTRAIN_DATA"]].compactMap(\.self).first { !$0.isEmpty }
    root = chosen ?? cacheFolder(environment: environment)
    rootIsChosen = chosen != nil
    optionHint = dataFolder == nil ? "" : " --data-dir \(root)"
    self.known = known
  }

  /// The names that `load` takes beside paths.
  public var names: [String] { known.map(\.name) + [SyntheticDigits.name] }

  /// The known set of this name.
  /// - Throws: `DatasetError.unknownName`.
  public func knownDataset(_ name: String) throws -> KnownDataset {
    guard let set = known.first(where: { $0.name == name }) else {
      throw DatasetError.unknownName(name, known: names)
    }
    return set
  }

  /// The folder that a fetched set goes to.
  public func fetchFolder(for set: KnownDataset) -> String { "\(root)/\(set.name)" }

  /// Loads a known set, checked by its digests; `synthetic-digits`, drawn on the spot; or the IDX files or
  /// pictures of a folder, checked for form only.
  /// - Parameters:
  ///   - name: A name, or a path, which has a slash.
  ///   - limit: The most training images to keep, the first.
  /// - Throws: `DatasetError`, or `FileError` where a file cannot be read.
  public func load(_ name: String, limit: Int? = nil) throws -> Dataset {
    if name == SyntheticDigits.name { return SyntheticDigits.make(limit: limit) }
    let dataset = try name.contains("/") ? loadFolder(name) : load(knownDataset(name))
    return limit.map(dataset.limited) ?? dataset
  }

  /// The folders that may hold a known set.
  func folders(for set: KnownDataset) -> [String] {
    [root, "\(root)/\(set.name)", "\(root)/\(set.torchvisionFolder)"]
  }

  /// What to do to get a known set.
  func hint(_ name: String) -> String {
    "run 'gputrain data fetch \(name)\(optionHint)' or name its folder with --data-dir"
  }

  /// Prefers a folder that can be checked in full to one that cannot, and either to a wrong one.
  private func load(_ set: KnownDataset) throws -> Dataset {
    if rootIsChosen && !isFolder(root) {
      throw DatasetError.missingFolder(root, hint: hint(set.name))
    }
    var formOnly: Dataset?
    var failure: Error?
    for folder in folders(for: set) {
      do {
        guard let dataset = try load(set, in: folder) else { continue }
        if dataset.note == nil { return dataset }
        formOnly = formOnly ?? dataset
      } catch {
        failure = failure ?? error
      }
    }
    if let formOnly { return formOnly }
    throw failure
      ?? DatasetError.notFound(
        name: set.name, folders: folders(for: set), hint: hint(set.name))
  }

  /// Loads a known set from a folder; nil if the folder holds none of its files.
  private func load(_ set: KnownDataset, in folder: String) throws -> Dataset? {
    let missing = DataFile.allCases.filter {
      CheckedFile.candidates($0, in: folder, known: set).isEmpty
    }
    if missing.count == DataFile.allCases.count { return nil }
    guard missing.isEmpty,
      let train = try pair(.trainImages, .trainLabels, in: folder, known: set),
      let validation = try pair(.validationImages, .validationLabels, in: folder, known: set)
    else {
      throw DatasetError.incomplete(
        folder: folder, missing: missing.map(\.rawValue), hint: hint(set.name))
    }
    let formOnly = train.formOnly + validation.formOnly
    return Dataset(
      name: set.name, train: train.images, validation: validation.images, origin: folder,
      note: formOnly.isEmpty
        ? nil
        : "\(set.name): checked for form only, since only its archives' MD5 is known: "
          + formOnly.joined(separator: ", "))
  }

  private func loadFolder(_ path: String) throws -> Dataset {
    let folder = try existingFolder(path)
    guard let train = try pair(.trainImages, .trainLabels, in: folder, known: nil) else {
      if let pictures = try PictureFolder(folder) { return try load(pictures, named: path) }
      throw DatasetError.incomplete(
        folder: folder, missing: [DataFile.trainImages.rawValue],
        hint: """
          put IDX files or PNG files of 28×28 images there or run 'gputrain data fetch mnist'
          """)
    }
    if let validation = try pair(.validationImages, .validationLabels, in: folder, known: nil) {
      return Dataset(
        name: path, train: train.images, validation: validation.images, origin: folder)
    }
    let (kept, heldOut) = try train.images.holdingOutLastTenth(path: train.path)
    return Dataset(
      name: path, train: kept, validation: heldOut, origin: folder,
      note: "\(folder) has no t10k images: the last \(heldOut.count) of its images are held out")
  }

  private func load(_ pictures: PictureFolder, named name: String) throws -> Dataset {
    let (train, validation) = try pictures.read().holdingOutLastTenth(path: pictures.path)
    let eachLabel = pictures.isLabelled ? " of each label" : ""
    return Dataset(
      name: name, train: train, validation: validation, origin: pictures.path,
      files: pictures.files.map(\.path),
      note: "the last tenth of the pictures\(eachLabel) by name is held out: \(validation.count)")
  }

  /// The path of a folder, without a slash at its end.
  /// - Throws: `DatasetError.missingFolder`.
  func existingFolder(_ path: String) throws -> String {
    guard isFolder(path) else {
      throw DatasetError.missingFolder(
        path, hint: "check the path or run 'gputrain data fetch mnist' and use --dataset mnist")
    }
    return path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
  }

  /// Loads images and, where they are, labels; nil if the images are missing.
  private func pair(
    _ imageFile: DataFile, _ labelFile: DataFile, in folder: String, known: KnownDataset?
  ) throws -> (images: ImageSet, path: String, formOnly: [String])? {
    guard let images = try CheckedFile.find(imageFile, in: folder, known: known) else { return nil }
    let labels = try CheckedFile.find(labelFile, in: folder, known: known)
    let count = images.items.count / ImageSet.pixelsPerImage
    if let labels, labels.items.count != count {
      throw DatasetError.countMismatch(
        images: images.path, imageCount: count, labels: labels.path, labelCount: labels.items.count)
    }
    return (
      ImageSet(pixels: images.items, labels: labels?.items), images.path,
      [images, labels].compactMap { $0?.digest == nil ? $0?.path : nil }
    )
  }
}

extension ImageSet {
  /// Splits off the last tenth of the images, at least one.
  fileprivate func holdingOutLastTenth(path: String) throws -> (ImageSet, ImageSet) {
    guard count > 1 else { throw DatasetError.tooFewImages(path: path) }
    let kept = count - max(count / 10, 1)
    return (
      ImageSet(
        pixels: Array(pixels[..<(kept * Self.pixelsPerImage)]),
        labels: labels.map { Array($0[..<kept]) }),
      ImageSet(
        pixels: Array(pixels[(kept * Self.pixelsPerImage)...]),
        labels: labels.map { Array($0[kept...]) })
    )
  }
}
