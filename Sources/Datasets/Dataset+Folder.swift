import Files
import Images

extension Dataset {
  /// Loads a folder of pictures, which may be in a subfolder for each class, of arrays, of CIFAR's
  /// files or of IDX files; or a file of arrays.
  ///
  /// Pictures are PNG and JPEG files of any kind. Without a size and channels in the preparation,
  /// they must all have the same size, and are grey only if all of them are. Validation images are
  /// those in subfolders such as `train` and `test`, or in `t10k` IDX files. Without these, a tenth
  /// of the images is held out.
  ///
  /// - Parameters:
  ///   - name: The folder's path.
  ///   - preparation: How images are scaled, converted and held out.
  ///   - onProgress: Called after each picture that is read, from any thread.
  /// - Throws: `DatasetError` if the folder has no images, or a file is damaged or of another size;
  ///   `FileError` if a file cannot be read.
  public init(
    folder name: String, _ preparation: ImagePreparation = ImagePreparation(),
    onProgress: (@Sendable (ReadingProgress) -> Void)? = nil
  ) throws {
    let set = try FolderReader(preparation, onProgress: onProgress).load(name)
    self.init(
      name: name, train: set.train, validation: set.validation, classes: set.classes,
      from: set.source)
  }

  /// Returns the path of a folder, without a slash at its end.
  ///
  /// - Throws: `DatasetError.missingFolder`.
  package static func existingFolder(_ path: String) throws -> String {
    guard isFolder(path) else {
      throw DatasetError.missingFolder(
        path, hint: "check the path or run 'gputrain data fetch mnist' and use --dataset mnist")
    }
    return path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
  }
}

/// Loads data sets from folders.
package struct FolderReader: Sendable {
  let preparation: ImagePreparation
  let cacheFolder: String?
  let onProgress: (@Sendable (ReadingProgress) -> Void)?

  /// Creates a reader.
  ///
  /// - Parameters:
  ///   - preparation: How images are scaled, converted and held out.
  ///   - cacheFolder: The folder in which decoded pictures are kept; nil to keep none.
  ///   - onProgress: Called after each picture that is read, from any thread.
  package init(
    _ preparation: ImagePreparation = ImagePreparation(), cacheFolder: String? = nil,
    onProgress: (@Sendable (ReadingProgress) -> Void)? = nil
  ) {
    self.preparation = preparation
    self.cacheFolder = cacheFolder
    self.onProgress = onProgress
  }

  /// This reader, with pictures that cannot be read left out.
  package var skippingDamaged: FolderReader {
    var preparation = preparation
    preparation.skipsDamaged = true
    return FolderReader(preparation, cacheFolder: cacheFolder, onProgress: onProgress)
  }

  /// Whether pictures that cannot be read are left out.
  package var skipsDamaged: Bool { preparation.skipsDamaged }

  /// Loads a folder.
  ///
  /// - Throws: As `Dataset.init(folder:)`.
  package func load(_ name: String) throws -> Dataset {
    if isRegularFile(name) {
      guard let arrays = try ArrayFiles(name) else {
        throw DatasetError.unusable(
          path: name, reason: "it is not an .npy or .npz file", advice: "name a folder of images")
      }
      return try load(try arrays.load(), from: name, files: [name], named: name)
    }
    let path = try Dataset.existingFolder(name)
    let folder = try IDXFolder(anySetIn: path)
    if let train = try folder.pair(.trainImages, .trainLabels) {
      return try load(folder, train: train.images, from: train.path, named: name)
    }
    if let set = CIFAR.Folder(path) {
      return try load(try set.load(), from: set.path, files: set.files, named: name)
    }
    if let arrays = try ArrayFiles(path) {
      return try load(try arrays.load(), from: path, files: arrays.files, named: name)
    }
    if let pictures = try pictures(in: path) { return try load(pictures, named: name) }
    throw Self.nothingToTrainOn(folder)
  }

  /// Returns the files of arrays or of CIFAR at a path; nil if it has none, or IDX files, which
  /// come first.
  ///
  /// - Throws: `DatasetError`; `FileError`.
  package func arrayFiles(at path: String) throws -> [String]? {
    if isFolder(path), try !IDXFolder(anySetIn: path).files.isEmpty { return nil }
    return try CIFAR.Folder(path)?.files ?? ArrayFiles(path)?.files
  }

  /// Searches a folder for pictures; nil if it has none.
  ///
  /// - Throws: `DatasetError`; `FileError`.
  package func pictures(in path: String) throws -> PictureRoot? {
    try PictureRoot(path, validation: preparation.validation)
  }

  /// Loads the pictures of a folder.
  ///
  /// - Throws: `DatasetError`; `FileError`.
  package func load(_ pictures: PictureRoot, named name: String) throws -> Dataset {
    try pictures.load(
      named: name,
      by: PictureReader(
        preparation: preparation, cacheFolder: cacheFolder, onProgress: onProgress))
  }

  private func load(
    _ arrays: ImageArrays, from path: String, files: [String], named name: String
  ) throws -> Dataset {
    let images = try prepare(
      arrays.train, validation: arrays.validation, from: path)
    let labels = Set((images.train.labels ?? []) + (images.validation.labels ?? [])).sorted()
    let names = arrays.classNames
    return Dataset(
      name: name, train: images.train, validation: images.validation,
      classes: labels.map { label in
        ImageClass(label: label, name: Int(label) < names.count ? names[Int(label)] : nil)
      }, from: DataSource(path, files: files, notes: images.notes + arrays.notes))
  }

  private func load(
    _ folder: IDXFolder, train: ImageSet, from path: String, named name: String
  ) throws -> Dataset {
    let images = try prepare(
      train, validation: try folder.pair(.validationImages, .validationLabels)?.images, from: path)
    var notes = images.notes
    if folder.isTransposed {
      notes.insert("EMNIST's images are transposed in its files; they are turned upright", at: 0)
    }
    if !folder.missing.isEmpty {
      let alike = Lookalikes.below(folder.path, except: folder.files)
      if !alike.isEmpty { notes.append("not read: \(alike.firstFew)") }
    }
    return Dataset(
      name: name, train: images.train, validation: images.validation,
      from: DataSource(folder.path, files: folder.files, notes: notes))
  }

  /// Makes both sets of images have the shape that is asked for. Without validation images of its
  /// own, a set gets those of another path, or a tenth of its images is held out.
  ///
  /// - Parameter path: The file of the images, for errors.
  /// - Throws: `DatasetError`; `FileError`.
  package func prepare(
    _ images: ImageSet, validation: ImageSet?, from path: String
  ) throws -> (train: ImageSet, validation: ImageSet, notes: [String]) {
    let train = try preparation.prepare(images, from: path)
    if let other = preparation.validation {
      var reader = preparation
      (reader.validation, reader.wanted) = (nil, train.shape)
      let set = try FolderReader(reader, cacheFolder: cacheFolder).load(other)
      return (train, set.train.joined(with: set.validation), [])
    }
    if let validation {
      let prepared = try preparation.prepare(validation, from: path)
      guard prepared.shape == train.shape else {
        throw DatasetError.unusable(
          path: path,
          reason: "its images are \(train.shape), its validation images "
            + "\(prepared.shape)", advice: "give them one shape with --image-size")
      }
      return (train, prepared, [])
    }
    let (kept, heldOut) = try train.holdingOutTenth(seed: preparation.splitSeed, path: path)
    let which =
      preparation.splitSeed.map { "a tenth of its images, drawn by seed \($0)," }
      ?? "the last tenth of its images"
    return (
      kept, heldOut, ["\(path) has no validation images: \(which) is held out: \(heldOut.count)"]
    )
  }

  /// Makes the error for a folder without training images.
  package static func nothingToTrainOn(_ folder: IDXFolder) -> DatasetError {
    let alike = Lookalikes.below(folder.path, except: folder.files)
    return .incomplete(
      folder: folder.path, missing: [folder.name(of: .trainImages)], alike: alike,
      hint: alike.isEmpty
        ? "put PNG, JPEG or IDX files there or run 'gputrain data fetch mnist'"
        : "rename it, name its folder or run 'gputrain data fetch mnist'")
  }
}

extension ImageSet {
  /// Splits off a tenth of the images, at least one: the last ones or, with a seed, random ones.
  /// - Throws: `DatasetError.tooFewImages`.
  func holdingOutTenth(seed: UInt64?, path: String) throws -> (ImageSet, ImageSet) {
    guard count > 1 else { throw DatasetError.tooFewImages(path: path) }
    let held = max(count / 10, 1)
    guard let seed else { return (images(0..<count - held), images(count - held..<count)) }
    let order = Array(0..<count).shuffled(by: seed)
    return (images(at: order.dropLast(held).sorted()), images(at: order.suffix(held).sorted()))
  }

  /// Returns the images at some places.
  private func images(at places: [Int]) -> ImageSet {
    let size = shape.elements
    var chosen: [UInt8] = []
    chosen.reserveCapacity(places.count * size)
    for place in places { chosen += pixels[place * size..<(place + 1) * size] }
    return ImageSet(
      pixels: chosen, shape: shape, labels: labels.map { labels in places.map { labels[$0] } })
  }

  /// Returns these images and then others of the same shape.
  fileprivate func joined(with others: ImageSet) -> ImageSet {
    let labels = labels.flatMap { own in others.labels.map { own + $0 } }
    return ImageSet(pixels: pixels + others.pixels, shape: shape, labels: labels)
  }
}
