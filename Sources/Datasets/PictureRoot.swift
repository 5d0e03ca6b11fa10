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
  private static let heldOutNames = ["validation", "valid", "val", "testing", "test"]

  /// Searches a folder; nil if it has no pictures. Folders with these names count as classes only
  /// if there are folders of pictures with other names next to them.
  /// - Throws: The same errors as `PictureFolder`.
  package init?(_ path: String) throws {
    self.path = path
    let whole = try PictureFolder(path)
    let halves = Set(Self.trainNames + Self.heldOutNames)
    let areHalves = whole?.classNames.allSatisfy { halves.contains($0.lowercased()) } ?? true
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

  /// Reads all pictures.
  /// - Parameter name: The data set's name.
  /// - Throws: `DatasetError`; `FileError`.
  package func load(named name: String) throws -> Dataset {
    let classes = try ImageClass.folders(
      folders.reduce(into: []) { $0.formUnion($1.classNames) }, in: path)
    var notes = leftOut.isEmpty ? [] : ["not read: \(leftOut.firstFew)"]
    var images = try train.read(classes)
    let validation: ImageSet
    if let heldOut {
      validation = try heldOut.read(classes)
    } else {
      (images, validation) = try images.holdingOutLastTenth(path: path)
      let eachLabel = classes.isEmpty ? "" : " of each label"
      notes.insert(
        "the last tenth of the pictures\(eachLabel) by name is held out: \(validation.count)",
        at: 0)
    }
    return Dataset(
      name: name, train: images, validation: validation, classes: classes,
      from: DataSource(
        path, files: folders.flatMap { $0.files(classes).map(\.path) }, notes: notes))
  }
}
