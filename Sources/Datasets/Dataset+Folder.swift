import Files

extension Dataset {
  /// Loads a folder of grey PNG files, which may be in a subfolder for each class, or of IDX files.
  ///
  /// Validation images are those in subfolders such as `train` and `test`, or in `t10k` IDX files.
  /// Without these, the last tenth of the images is held out.
  ///
  /// - Throws: `DatasetError` if the folder has no images, or a file is damaged or of another size;
  ///   `FileError` if a file cannot be read.
  public init(folder name: String) throws {
    let path = try Self.existingFolder(name)
    let folder = try IDXFolder(anySetIn: path)
    if let train = try folder.pair(.trainImages, .trainLabels) {
      try self.init(folder, train: train.images, from: train.path, named: name)
    } else if let pictures = try PictureRoot(path) {
      self = try pictures.load(named: name)
    } else {
      throw Self.nothingToTrainOn(folder)
    }
  }

  private init(
    _ folder: IDXFolder, train: ImageSet, from path: String, named name: String
  ) throws {
    let validation = try folder.pair(.validationImages, .validationLabels)?.images
    let (kept, heldOut) =
      try validation.map { (train, $0) } ?? train.holdingOutLastTenth(path: path)
    var notes: [String] = []
    if folder.isTransposed {
      notes.append("EMNIST's images are transposed in its files; they are turned upright")
    }
    if validation == nil {
      notes.append(
        "\(folder.path) has no t10k images: the last \(heldOut.count) of its images are held out")
    }
    if !folder.missing.isEmpty {
      let alike = Lookalikes.below(folder.path, except: folder.files)
      if !alike.isEmpty { notes.append("not read: \(alike.firstFew)") }
    }
    self.init(
      name: name, train: kept, validation: heldOut,
      from: DataSource(folder.path, files: folder.files, notes: notes))
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

  /// Makes the error for a folder without training images.
  package static func nothingToTrainOn(_ folder: IDXFolder) -> DatasetError {
    let alike = Lookalikes.below(folder.path, except: folder.files)
    return .incomplete(
      folder: folder.path, missing: [folder.name(of: .trainImages)], alike: alike,
      hint: alike.isEmpty
        ? "put IDX files or PNG files of 28×28 images there or run 'gputrain data fetch mnist'"
        : "rename it, name its folder or run 'gputrain data fetch mnist'")
  }
}

extension ImageSet {
  /// Splits off the last tenth of the images, at least one.
  /// - Throws: `DatasetError.tooFewImages`.
  func holdingOutLastTenth(path: String) throws -> (ImageSet, ImageSet) {
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
