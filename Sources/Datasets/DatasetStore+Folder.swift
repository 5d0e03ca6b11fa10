import Files

extension DatasetStore {
  /// Loads the IDX files or the pictures of a folder.
  /// - Throws: `DatasetError`; `FileError`.
  func loadFolder(_ name: String) throws -> Dataset {
    let path = try existingFolder(name)
    let folder = try IDXFolder(anySetIn: path)
    if let train = try folder.pair(.trainImages, .trainLabels) {
      return try load(folder, train: train.images, from: train.path, named: name)
    }
    if let pictures = try PictureRoot(path) { return try pictures.load(named: name) }
    throw nothingToTrainOn(folder)
  }

  private func load(
    _ folder: IDXFolder, train: ImageSet, from path: String, named name: String
  ) throws -> Dataset {
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
    return Dataset(
      name: name, train: kept, validation: heldOut,
      from: DataSource(folder.path, files: folder.files, notes: notes))
  }

  /// Makes the error for a folder without training images.
  func nothingToTrainOn(_ folder: IDXFolder) -> DatasetError {
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
