import Files
import Foundation
import TestFiles
import Testing

@testable import Datasets
@testable import KnownDatasets

@Suite struct CheckedFileTests {
  static func find(_ folder: TemporaryFolder, _ known: KnownDataset?) throws -> CheckedFile? {
    try IDXFolder(folder.path, contents: known).find(.trainLabels)
  }

  @Test(arguments: [true, false])
  func contentIsCheckedPackedOrNot(packed: Bool) throws {
    let folder = try TemporaryFolder()
    try FakeDataset.write(to: folder.path, packed: packed)
    let found = try #require(try Self.find(folder, FakeDataset.byContent()))
    #expect(found.digest == "SHA-256")
    #expect(found.items == Array(FakeDataset.idx(.trainLabels)[8...]))
    #expect(found.path.hasSuffix(packed ? ".gz" : "ubyte"))
  }

  @Test func everyFlippedByteIsNoticed() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/" + DataFile.trainLabels.rawValue
    let bytes = FakeDataset.idx(.trainLabels)
    for index in bytes.indices {
      var changed = bytes
      changed[index] ^= 1
      try AtomicFile.write(changed, to: path)
      #expect {
        try Self.find(folder, FakeDataset.byContent())
      } throws: {
        "\($0)" == "\(path) is damaged or not fake: its SHA-256 differs; "
          + "replace it, or remove it and run 'gputrain data fetch fake'"
      }
    }
  }

  @Test func aDamagedCopyIsSkippedForAValidOne() throws {
    let folder = try TemporaryFolder()
    try FakeDataset.write(to: folder.path, packed: true)
    try FakeDataset.write(to: folder.path, salt: 1)
    #expect(try Self.find(folder, FakeDataset.byContent())?.path.hasSuffix(".gz") == true)
  }

  @Test func archivesAreCheckedByMD5AndUnpackedCopiesByForm() throws {
    let folder = try TemporaryFolder()
    #expect(try Self.find(folder, FakeDataset.byArchive()) == nil)
    try FakeDataset.write(to: folder.path)
    let plain = try #require(try Self.find(folder, FakeDataset.byArchive()))
    #expect(plain.digest == nil)
    try FakeDataset.write(to: folder.path, packed: true)
    #expect(try Self.find(folder, FakeDataset.byArchive())?.digest == "MD5")
    // A valid unpacked copy does not make up for a wrong archive.
    try FakeDataset.write(to: folder.path, packed: true, salt: 1)
    #expect(throws: DatasetError.self) { try Self.find(folder, FakeDataset.byArchive()) }
  }

  @Test func aTruncatedArchiveIsNamed() throws {
    let folder = try TemporaryFolder()
    let path = "\(folder.path)/\(DataFile.trainLabels.rawValue).gz"
    try AtomicFile.write(Array(FakeDataset.archive(.trainLabels).dropLast(9)), to: path)
    #expect {
      try Self.find(folder, nil)
    } throws: {
      "\($0)" == "\(path) is not a usable data file: the packed data are cut off; replace it"
    }
  }

  @Test func anArchiveIsRecognizedByContentNotByName() throws {
    let folder = try TemporaryFolder()
    try AtomicFile.write(
      FakeDataset.archive(.trainLabels), to: "\(folder.path)/\(DataFile.trainLabels.rawValue)")
    #expect(try Self.find(folder, nil)?.items == Array(FakeDataset.idx(.trainLabels)[8...]))
  }
}
