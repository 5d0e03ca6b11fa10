import Files

/// Pictures to train on and, where they have a folder of their own, pictures held out.
package struct PictureRoot {
  /// The folder that was named, without a slash at its end.
  package let path: String
  /// The pictures to train on, or all.
  package let train: PictureFolder
  /// The pictures held out; nil where some of the others are.
  let heldOut: PictureFolder?
  /// What lies there, relative to the folder, and is not read.
  let leftOut: [String]

  /// The names of the two folders, in lower case, the first that is there before the others.
  private static let trainNames = ["training", "train"]
  private static let heldOutNames = ["validation", "valid", "val", "testing", "test"]

  /// Looks into a folder; nil where it has no pictures. Folders of both kinds are taken for classes
  /// only where there are folders of pictures of other names beside them.
  /// - Throws: as `PictureFolder`.
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

  /// The first folder of these names that has pictures.
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

  /// Its folders of pictures.
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
