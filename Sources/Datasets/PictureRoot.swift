import Files

/// Training pictures and, if they have a folder of their own, validation pictures.
package struct PictureRoot {
  /// The folder given by the user, without a slash at its end.
  package let path: String
  /// The training pictures, or all pictures.
  package let train: PictureFolder
  /// The validation pictures; nil if they are to be split off from the others.
  let heldOut: PictureFolder?
  /// The other files there that are not read, relative to the folder.
  let leftOut: [String]

  /// The names of the two folders in lower case, in order of preference.
  private static let trainNames = ["training", "train"]
  static let heldOutNames = ["validation", "valid", "val", "testing", "test"]

  /// Searches a folder; nil if it has no pictures. Folders with these names count as classes only
  /// if there are folders of pictures with other names next to them.
  ///
  /// - Parameter validation: Another folder, with the validation pictures, which replaces those
  ///   that the first one has.
  /// - Throws: The same errors as `PictureFolder`.
  package init?(_ path: String, validation: String? = nil) throws {
    self.path = path
    if let validation {
      guard let all = try PictureRoot(path) else { return nil }
      guard let other = try PictureFolder(try Dataset.existingFolder(validation)) else {
        throw DatasetError.unusable(
          path: validation, reason: "it has no pictures", advice: "name a folder of pictures")
      }
      (train, heldOut) = (all.train, other)
      leftOut = all.leftOut + other.leftOut.map { "\(validation)/\($0)" }
      return
    }
    let whole = try PictureFolder(path)
    let halves = Set(Self.trainNames + Self.heldOutNames)
    let areHalves = whole?.folders.allSatisfy { halves.contains($0.lowercased()) } ?? true
    if areHalves, let (train, trainName) = try Self.first(of: Self.trainNames, in: path),
      let (heldOut, heldOutName) = try Self.first(of: Self.heldOutNames, in: path)
    {
      (self.train, self.heldOut) = (train, heldOut)
      leftOut =
        try namesInFolder(path).filter { ![trainName, heldOutName].contains($0) }
        + train.leftOut.map { "\(trainName)/\($0)" }
        + heldOut.leftOut.map { "\(heldOutName)/\($0)" }
    } else if let whole {
      (train, heldOut, leftOut) = (whole, nil, whole.leftOut)
    } else {
      return nil
    }
  }

  /// Returns the first folder with one of these names that has pictures.
  private static func first(
    of names: [String], in path: String
  ) throws -> (folder: PictureFolder, name: String)? {
    let all = try namesInFolder(path)
    for wanted in names {
      for name in all where name.lowercased() == wanted && isFolder("\(path)/\(name)") {
        if let folder = try PictureFolder("\(path)/\(name)") { return (folder, name) }
      }
    }
    return nil
  }

  /// The folders of pictures.
  package var folders: [PictureFolder] { [train] + (heldOut.map { [$0] } ?? []) }

  /// The names of the classes; none unless all pictures have one.
  private var classNames: Set<String> {
    guard folders.allSatisfy({ !$0.classNames.isEmpty }) else { return [] }
    return folders.reduce(into: []) { $0.formUnion($1.classNames) }
  }

  /// Reads all pictures.
  ///
  /// - Parameters:
  ///   - name: The data set's name.
  ///   - reader: Decodes them, or finds them decoded.
  /// - Throws: `DatasetError`; `FileError`.
  func load(named name: String, by reader: PictureReader) throws -> Dataset {
    let seed = heldOut == nil ? reader.preparation.splitSeed : nil
    let classes = try ImageClass.folders(classNames, in: path)
    let files = folders.map { $0.files(classes, shuffledBy: seed) }
    let all = files.flatMap(\.self)
    var reading = try reader.cached(all.map(\.path), in: path)
    let kept = all.indices.filter { reading.damaged[$0] == nil }
    var notes = notes(on: reading, of: all)
    var held = kept.count { $0 >= files[0].count }
    if heldOut == nil {
      guard kept.count > 1 else { throw DatasetError.tooFewImages(path: path) }
      held = max(kept.count / 10, 1)
      let eachLabel = classes.isEmpty ? "" : " of each label"
      notes.insert(
        (seed.map { "a tenth of the pictures\(eachLabel), drawn by seed \($0), is held out" }
          ?? "the last tenth of the pictures\(eachLabel) by name is held out") + ": \(held)", at: 0)
    }
    func images(_ pixels: Pixels, of places: ArraySlice<Int>) -> ImageSet {
      let labels = places.compactMap { all[$0].label }
      return ImageSet(
        storage: pixels, shape: reading.shape, labels: classes.isEmpty ? nil : labels)
    }
    let validation = images(
      reading.pixels.removeLast(held * reading.shape.elements), of: kept.suffix(held))
    let train = images(reading.pixels, of: kept.dropLast(held))
    for (folder, half) in zip(folders, [train, validation]) where half.count == 0 {
      throw DatasetError.unusable(
        path: folder.path, reason: "none of its pictures can be read", advice: "replace them")
    }
    return Dataset(
      name: name, train: train, validation: validation, classes: classes,
      from: DataSource(
        path, files: all.map(\.path), notes: notes, survey: reading.survey,
        damaged: damaged(in: reading, of: all)))
  }

  private func damaged(
    in reading: PictureReader.Reading, of files: [PictureFolder.File]
  ) -> [DamagedFile] {
    reading.damaged.sorted { $0.key < $1.key }.map { DamagedFile(path: files[$0].path, reason: $1) }
  }

  /// Returns remarks on the files that were not read as they are.
  private func notes(
    on reading: PictureReader.Reading, of files: [PictureFolder.File]
  ) -> [String] {
    let classes = classNames.sorted()
    var notes = classes.isEmpty ? [] : ["each folder is a class: \(classes.firstFew)"]
    for folder in folders where folder.isMixed {
      notes.append("\(folder.path) has pictures in itself and in folders, so there are no classes")
    }
    if !leftOut.isEmpty { notes.append("not read: \(leftOut.firstFew)") }
    let damaged = damaged(in: reading, of: files).map { "\($0.path) (\($0.reason))" }
    if !damaged.isEmpty {
      let count = damaged.count == 1 ? "1 damaged picture" : "\(damaged.count) damaged pictures"
      notes.append("\(count) left out: \(damaged.firstFew)")
    }
    if reading.isScaled { notes.append("pictures are scaled to \(reading.shape)") }
    return notes
  }
}
