import Files
import Foundation
import TestFiles
import Testing

@testable import Datasets

@Suite struct DatasetStoreReportTests {
  @Test func listsTheLocationsOfSets() throws {
    let folder = try TemporaryFolder()
    let store = DatasetStoreTests.store(folder.path)
    #expect(store.list().map(\.name) == ["fake", "synthetic-digits"])
    #expect(store.list()[0].location == nil)
    try FakeDataset.write(to: folder.path + "/Fake/raw", files: [.trainImages])
    #expect(store.list()[0].location == nil)
    try FakeDataset.write(to: folder.path + "/Fake/raw", packed: true)
    #expect(store.list()[0].location == folder.path + "/Fake/raw")
    #expect(store.list()[1].location == "drawn by the program")
  }

  @Test func verifiesEveryCopy() throws {
    let folder = try TemporaryFolder()
    let store = DatasetStoreTests.store(folder.path, FakeDataset.byArchive())
    #expect(throws: DatasetError.self) { try store.verify("fake") }
    try FakeDataset.write(to: folder.path, files: [.trainImages, .trainLabels], packed: true)
    try FakeDataset.write(to: folder.path, files: [.trainLabels])
    try AtomicFile.write("x", to: folder.path + "/" + DataFile.validationImages.rawValue)
    let found = try store.verify("fake")
    let reports = found.reports
    #expect(found.dataset == nil)
    #expect(
      reports.map(\.description) == [
        "\(folder.path)/train-images-idx3-ubyte.gz: MD5 agrees",
        "\(folder.path)/train-labels-idx1-ubyte.gz: MD5 agrees",
        "\(folder.path)/train-labels-idx1-ubyte: right form, content not checked",
        "\(folder.path)/t10k-images-idx3-ubyte is not a usable data file: "
          + "1 bytes are too few for an IDX header; "
          + "replace it",
        "\(folder.path)/t10k-labels-idx1-ubyte: missing",
      ])
    #expect(reports.map(\.isUsable) == [true, true, true, false, false])
  }

  @Test func verifiesAFolder() throws {
    let folder = try TemporaryFolder()
    let store = DatasetStoreTests.store(folder.path)
    #expect(throws: DatasetError.self) { try store.verify(folder.path) }
    #expect(throws: DatasetError.self) { try store.verify(folder.path + "/missing") }
    #expect(throws: DatasetError.self) { try store.verify("nonsense") }
    try FakeDataset.write(to: folder.path)
    #expect(
      try store.verify(folder.path + "/").reports.map(\.status)
        == .init(repeating: .formOnly, count: 4))
    #expect(
      try store.verify("fake").reports.map(\.status)
        == .init(repeating: .verified(digest: "SHA-256"), count: 4))
  }
}
