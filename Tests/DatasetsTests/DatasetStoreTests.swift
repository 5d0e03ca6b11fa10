import Files
import Foundation
import TestFiles
import Testing

@testable import Datasets
@testable import KnownDatasets

@Suite struct DatasetStoreTests {
  static func store(_ root: String, _ known: KnownDataset = FakeDataset.byContent()) -> DatasetStore
  {
    DatasetStore(dataFolder: root, environment: [:], known: [known])
  }

  @Test(
    arguments: [
      ("/a", ["GPUTRAIN_DATA": "/b", "XDG_CACHE_HOME": "/c", "HOME": "/usr"], "/a"),
      (nil, ["GPUTRAIN_DATA": "/b", "XDG_CACHE_HOME": "/c", "HOME": "/usr"], "/b"),
      (nil, ["GPUTRAIN_DATA": "", "XDG_CACHE_HOME": "/c", "HOME": "/usr"], "/c/gputrain"),
      (nil, ["XDG_CACHE_HOME": "/c", "HOME": "/usr"], "/c/gputrain"),
      (nil, ["XDG_CACHE_HOME": "c", "HOME": "/usr"], "/usr/.cache/gputrain"),
      (nil, ["XDG_CACHE_HOME": "", "HOME": "/usr"], "/usr/.cache/gputrain"),
      (nil, ["HOME": "/usr"], "/usr/.cache/gputrain"),
    ] as [(String?, [String: String], String)])
  func choosesTheFolder(dataFolder: String?, environment: [String: String], root: String) {
    #expect(DatasetStore(dataFolder: dataFolder, environment: environment).root == root)
  }

  @Test(arguments: ["", "/fake", "/Fake/raw"], [true, false])
  func findsAKnownSet(subfolder: String, packed: Bool) throws {
    let folder = try TemporaryFolder()
    try FakeDataset.write(to: folder.path + subfolder, packed: packed)
    let dataset = try Self.store(folder.path).load("fake")
    #expect(dataset.name == "fake")
    #expect(dataset.source.place == folder.path + subfolder)
    #expect(dataset.source.notes.isEmpty)
    #expect(dataset.source.files.count == 4 && dataset.source.files.allSatisfy(isRegularFile))
    #expect(dataset.train.count == 20)
    #expect(dataset.validation.count == 3)
    #expect(dataset.train.pixels == Array(FakeDataset.idx(.trainImages)[16...]))
    #expect(dataset.validation.labels == Array(FakeDataset.idx(.validationLabels)[8...]))
    #expect(
      dataset.contentHash
        == Digest.sha256.hex(
          of: DataFile.allCases.map { file in
            Array(FakeDataset.idx(file)[file.headerBytes...])
          }))
  }

  @Test func aDamagedFolderIsSkippedForAValidOneAndOtherwiseNamed() throws {
    let folder = try TemporaryFolder()
    try FakeDataset.write(to: folder.path, salt: 1)
    #expect(throws: DatasetError.self) { try Self.store(folder.path).load("fake") }
    try FakeDataset.write(to: folder.path + "/fake")
    #expect(try Self.store(folder.path).load("fake").source.place == folder.path + "/fake")
  }

  @Test func aNoteSaysIfOnlyTheFormWasChecked() throws {
    let folder = try TemporaryFolder()
    let store = Self.store(folder.path, FakeDataset.byArchive())
    try FakeDataset.write(to: folder.path)
    let note = try #require(try store.load("fake").source.notes.first)
    #expect(note.hasPrefix("fake: checked for form only"))
    #expect(note.contains(folder.path + "/t10k-labels-idx1-ubyte"))
    #expect(!note.contains("\n"))
    try FakeDataset.write(to: folder.path + "/fake", packed: true)
    let checked = try store.load("fake")
    #expect(checked.source.notes.isEmpty)
    #expect(checked.source.place == folder.path + "/fake")
  }

  @Test func aMissingDataFolderSaysWhatToDo() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/missing"
    #expect {
      try Self.store(path).load("fake")
    } throws: {
      "\($0)" == "the data folder \(path) does not exist; run 'gputrain data fetch fake "
        + "--data-dir \(path)' or name its folder with --data-dir"
    }
  }

  @Test func anEmptyDataFolderSaysWhatToDo() throws {
    let folder = try TemporaryFolder()
    let path = folder.path
    let store = DatasetStore(
      environment: ["GPUTRAIN_DATA": path], known: [FakeDataset.byContent()])
    #expect {
      try store.load("fake")
    } throws: {
      "\($0)" == "no fake data in \(path) or \(path)/fake or \(path)/Fake/raw; "
        + "run 'gputrain data fetch fake' or name its folder with --data-dir"
    }
  }

  @Test(arguments: DataFile.allCases)
  func aMissingFileIsNamed(file: DataFile) throws {
    let folder = try TemporaryFolder()
    try FakeDataset.write(to: folder.path, files: DataFile.allCases.filter { $0 != file })
    #expect {
      try Self.store(folder.path).load("fake")
    } throws: {
      guard case .incomplete(folder.path, [file.rawValue], [], _)? = $0 as? DatasetError else {
        return false
      }
      return true
    }
  }

  @Test func anUnknownNameListsTheKnown() {
    #expect {
      try DatasetStore(environment: [:]).load("minst")
    } throws: {
      "\($0)" == "unknown data set \"minst\"; known are mnist, fashion-mnist, kmnist, "
        + "cifar-10, synthetic-digits; write a folder with a slash, as ./minst"
    }
  }

  @Test func aFolderIsCheckedForFormOnly() throws {
    let folder = try TemporaryFolder()
    try FakeDataset.write(to: folder.path, packed: true, salt: 9)
    let dataset = try Self.store(folder.path + "/missing").load(folder.path + "/")
    #expect(dataset.train.count == 20)
    #expect(dataset.validation.labels?.count == 3)
    #expect(dataset.source.place == folder.path)
    #expect(dataset.source.notes.isEmpty)
  }

  @Test func aFolderMayLackLabels() throws {
    let folder = try TemporaryFolder()
    try FakeDataset.write(to: folder.path, files: [.trainImages, .validationImages])
    let dataset = try Self.store(folder.path).load(folder.path)
    #expect(dataset.train.labels == nil)
    #expect(dataset.validation.labels == nil)
    #expect(dataset.validation.count == 3)
  }

  @Test func withoutThePairTheLastTenthIsHeldOut() throws {
    let folder = try TemporaryFolder()
    try FakeDataset.write(to: folder.path, files: [.trainImages, .trainLabels])
    let dataset = try Self.store(folder.path).load(folder.path)
    let pixels = Array(FakeDataset.idx(.trainImages)[16...])
    let labels = Array(FakeDataset.idx(.trainLabels)[8...])
    #expect(dataset.train.pixels == Array(pixels[..<(18 * 784)]))
    #expect(dataset.validation.pixels == Array(pixels[(18 * 784)...]))
    #expect(dataset.train.labels == Array(labels[..<18]))
    #expect(dataset.validation.labels == Array(labels[18...]))
    #expect(
      dataset.source.notes.first?.hasSuffix("the last tenth of its images is held out: 2") == true)
  }

  @Test(arguments: [(1, nil), (2, 1), (9, 1), (19, 1), (20, 2)] as [(Int, Int?)])
  func theTenthIsAtLeastOneImage(count: Int, heldOut: Int?) throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/\(DataFile.trainImages.rawValue)"
    try AtomicFile.write(FakeDataset.idx(.trainImages, count: count), to: path)
    let store = Self.store(folder.path)
    if let heldOut {
      #expect(try store.load(folder.path).validation.count == heldOut)
    } else {
      #expect(throws: DatasetError.tooFewImages(path: path)) { try store.load(folder.path) }
    }
  }

  @Test func labelsOfAnotherCountAreRefused() throws {
    let folder = try TemporaryFolder()
    try FakeDataset.write(to: folder.path)
    let path = "\(folder.path)/\(DataFile.trainLabels.rawValue)"
    try AtomicFile.write(FakeDataset.idx(.trainLabels, count: 19), to: path)
    #expect {
      try Self.store(folder.path).load(folder.path)
    } throws: {
      "\($0)" == "\(folder.path)/train-images-idx3-ubyte has 20 images but \(path) has 19 labels; "
        + "replace the pair"
    }
  }

  @Test func aFolderThatIsMissingAFileOrEmptyIsRefused() throws {
    let folder = try TemporaryFolder()
    let store = Self.store(folder.path)
    #expect {
      try store.load(folder.path + "/")
    } throws: {
      "\($0)" == "\(folder.path) lacks train-images-idx3-ubyte (with or without .gz); put "
        + "PNG, JPEG or IDX files there or run 'gputrain data fetch mnist'"
    }
    try AtomicFile.write("x", to: folder.path + "/file")
    #expect {
      try store.load(folder.path + "/file")
    } throws: {
      "\($0)" == "\(folder.path)/file cannot be used: it is not an .npy or .npz file; name a "
        + "folder of images"
    }
    for path in [folder.path + "/missing", "./\(UUID())"] {
      #expect {
        try store.load(path)
      } throws: {
        "\($0)" == "the data folder \(path) does not exist; check the path or run "
          + "'gputrain data fetch mnist' and use --dataset mnist"
      }
    }
  }

  @Test func temporaryFilesAreIgnored() throws {
    let folder = try TemporaryFolder()
    try AtomicFile.write("x", to: folder.path + "/.gputrain-1-1.tmp")
    #expect(throws: DatasetError.self) { try Self.store(folder.path).load("fake") }
  }
}
