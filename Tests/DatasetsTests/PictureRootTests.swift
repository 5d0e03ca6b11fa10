import Files
import Images
import TestFiles
import Testing

@testable import Datasets
@testable import KnownDatasets

/// Training pictures and validation pictures in folders of their own.
@Suite struct PictureRootTests {
  private func folder(_ names: [String]) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    for (shade, name) in names.enumerated() {
      try folder.write(Picture(shape: .mnist, shade: UInt8(shade)).png(), to: name)
    }
    return folder
  }

  private func load(_ names: [String]) throws -> Dataset {
    let folder = try folder(names)
    return try DatasetStore(environment: [:]).load(folder.path)
  }

  private func shades(_ images: ImageSet) -> [UInt8] {
    stride(from: 0, to: images.pixels.count, by: 784).map { images.pixels[$0] }
  }

  @Test(arguments: [
    ("training", "testing"), ("train", "test"), ("Train", "Test"), ("train", "val"),
    ("train", "validation"), ("train", "valid"),
  ])
  func foldersDetermineWhatIsHeldOut(train: String, heldOut: String) throws {
    let dataset = try load([
      "\(train)/b/0.png", "\(train)/10/0.png", "\(heldOut)/b/0.png", "\(heldOut)/9/0.png",
    ])
    #expect(dataset.classes.map(\.name) == ["9", "10", "b"])
    #expect(shades(dataset.train) == [1, 0] && dataset.train.labels == [1, 2])
    #expect(shades(dataset.validation) == [3, 2] && dataset.validation.labels == [0, 2])
    #expect(dataset.source.notes == ["each folder is a class: 10, 9, b"])
    #expect(dataset.source.files.count == 4)
  }

  @Test func picturesWithoutClasses() throws {
    let dataset = try load(["train/0.png", "train/1.png", "test/0.png"])
    #expect(shades(dataset.train) == [0, 1] && shades(dataset.validation) == [2])
    #expect(dataset.classes.isEmpty && dataset.train.labels == nil)
    let half = try load(["train/0.png", "train/1.png", "test/a/0.png"])
    #expect(shades(half.train) == [0, 1] && shades(half.validation) == [2])
    #expect(half.classes.isEmpty && half.validation.labels == nil)
  }

  /// A picture beside the folders does not make them classes.
  @Test func aPictureBesideTheFolders() throws {
    let dataset = try load(["train/0.png", "test/0.png", "sheet.png"])
    #expect(shades(dataset.train) == [0] && shades(dataset.validation) == [1])
    #expect(dataset.classes.isEmpty && dataset.source.notes == ["not read: sheet.png"])
  }

  @Test func aThirdFolderIsNamed() throws {
    let dataset = try load(["train/a/0.png", "test/a/0.png", "val/a/0.png"])
    #expect(shades(dataset.validation) == [2])
    #expect(dataset.source.notes == ["each folder is a class: a", "not read: test"])
  }

  /// Folders with these names may also be classes.
  @Test func classesOfThoseNames() throws {
    let dataset = try load(["train/0.png", "test/0.png", "ship/0.png"])
    #expect(dataset.classes.map(\.name) == ["ship", "test", "train"])
    let trains = try load(["train/0.png", "ship/0.png"])
    #expect(trains.classes.map(\.name) == ["ship", "train"])
  }

  @Test func verifyChecksBothFolders() throws {
    let folder = try folder(["training/a/0.png", "testing/b/0.png"])
    let store = DatasetStore(environment: [:])
    let found = try store.verify(folder.path)
    #expect(
      found.reports.map(\.description) == [
        "\(folder.path)/training, 1 picture: right form, content not checked",
        "\(folder.path)/testing, 1 picture: right form, content not checked",
      ])
    #expect(found.dataset?.classes.map(\.name) == ["a", "b"])
    try AtomicFile.write("", to: folder.path + "/testing/b/0.png")
    let wrong = try store.verify(folder.path)
    #expect(wrong.dataset == nil)
    #expect(
      wrong.reports.map(\.description) == [
        "\(folder.path)/testing/b/0.png cannot be used: the file is empty; replace it, or leave "
          + "out such files with --skip-damaged"
      ])
  }

  @Test func verifyChecksArrays() throws {
    let folder = try TemporaryFolder()
    try folder.write(try ArrayFixtures.bytes("keras.npz"), to: "a.npz")
    let store = DatasetStore(environment: [:])
    for name in [folder.path + "/", folder.path + "/a.npz"] {
      let found = try store.verify(name)
      #expect(
        found.reports.map(\.description) == [
          "\(folder.path)/a.npz: right form, content not checked"
        ])
      #expect(found.dataset.map { $0.train.count > 0 } == true)
    }
    try folder.write(Array(try ArrayFixtures.bytes("keras.npz").dropLast(40)), to: "a.npz")
    let wrong = try store.verify(folder.path)
    #expect(wrong.dataset == nil && wrong.reports.map(\.isUsable) == [false])
  }
}
