import Files
import TestFiles
import Testing

@testable import Datasets
@testable import KnownDatasets

/// IDX files under the names that mirrors use.
@Suite struct IDXFolderTests {
  /// Writes each file of the fake set under another name, which may include a folder.
  private func made(
    packed: Bool = false, _ name: (DataFile) -> String
  ) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    for file in DataFile.allCases {
      try folder.write(
        packed ? FakeDataset.archive(file) : FakeDataset.idx(file), to: name(file))
    }
    return folder
  }

  private func load(_ folder: TemporaryFolder) throws -> Dataset {
    try DatasetStoreTests.store("/dev/null").load(folder.path + "/")
  }

  private static func dotted(_ file: DataFile) -> String {
    file.rawValue.replacing("-idx", with: ".idx")
  }

  @Test(
    arguments: [
      { dotted($0) },
      { $0.rawValue.replacing("t10k", with: "test") },
      { dotted($0).replacing("t10k", with: "test") },
      { "\($0.rawValue)/\($0.rawValue)" },
      { "\($0.rawValue)/\(dotted($0))" },
      { "\(dotted($0))/\(dotted($0))" },
    ] as [@Sendable (DataFile) -> String])
  func otherNamesAreAccepted(name: @Sendable (DataFile) -> String) throws {
    let plain = try made(\.rawValue)
    let folder = try made(name)
    let dataset = try load(folder)
    #expect(try dataset.contentHash == load(plain).contentHash)
    #expect(dataset.source.notes.isEmpty)
    #expect(dataset.source.files.count == 4 && dataset.source.files.allSatisfy(isRegularFile))
    // A known set is also found under these names.
    let known = try DatasetStoreTests.store(folder.path).load("fake")
    #expect(known.contentHash == dataset.contentHash && known.source.notes.isEmpty)
    let found = try DatasetStoreTests.store(folder.path).verify(folder.path)
    #expect(found.reports.map(\.status) == .init(repeating: .formOnly, count: 4))
    #expect(found.dataset?.contentHash == dataset.contentHash)
  }

  @Test func otherNamesOfArchivesAreAccepted() throws {
    let folder = try made(packed: true) { "\(Self.dotted($0)).gz" }
    #expect(try load(folder).train.count == 20)
  }

  @Test func theStandardNameComesFirst() throws {
    let folder = try made(Self.dotted)
    try FakeDataset.write(to: folder.path, salt: 5)
    let usual = try made(\.rawValue)
    try FakeDataset.write(to: usual.path, salt: 5)
    #expect(try load(folder).contentHash == load(usual).contentHash)
    #expect(try load(folder).source.files.count == 8)
  }

  /// EMNIST's images are transposed in the files, and its labels need not begin at 0.
  @Test func emnistIsTurnedUpright() throws {
    let plain = try load(try made(\.rawValue))
    let folder = try made {
      "emnist-letters-\($0.rawValue.replacing("t10k", with: "test"))"
    }
    let dataset = try load(folder)
    #expect(dataset.train == plain.train.transposed)
    #expect(dataset.validation == plain.validation.transposed)
    #expect(
      dataset.source.notes
        == ["EMNIST's images are transposed in its files; they are turned upright"])
    #expect(dataset.source.files.count == 4)
    let found = try DatasetStore(environment: [:]).verify(folder.path)
    #expect(found.reports.count == 4 && found.dataset?.train == dataset.train)
    // Files of another of its sets in the same folder.
    try AtomicFile.write(
      FakeDataset.archive(.trainLabels),
      to: folder.path + "/emnist-balanced-train-labels-idx1-ubyte.gz")
    #expect {
      try load(folder)
    } throws: {
      "\($0)" == "\(folder.path) has several data sets, emnist-balanced-…, emnist-letters-…; "
        + "move the files of one into a folder of their own"
    }
  }

  @Test func missingFilesOfEmnistAreNamedAsItsOwn() throws {
    let folder = try TemporaryFolder()
    try AtomicFile.write(
      FakeDataset.idx(.validationImages),
      to: folder.path + "/emnist-digits-test-images-idx3-ubyte")
    #expect {
      try load(folder)
    } throws: {
      "\($0)".hasPrefix(
        "\(folder.path) lacks emnist-digits-train-images-idx3-ubyte (with or without .gz); ")
    }
  }

  /// Missing labels are not an error; files with similar names are named.
  @Test func aNoteNamesSimilarFiles() throws {
    let folder = try made(\.rawValue)
    try removeFile("\(folder.path)/\(DataFile.trainLabels.rawValue)")
    #expect(try load(folder).source.notes.isEmpty)
    try AtomicFile.write("x", to: folder.path + "/train-labels.zip")
    #expect(try load(folder).source.notes == ["not read: train-labels.zip"])
  }
}
