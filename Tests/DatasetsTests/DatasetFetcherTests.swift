import Files
import Foundation
import Synchronization
import TestFiles
import Testing

@testable import Datasets
@testable import KnownDatasets

@Suite struct DatasetFetcherTests {
  static let path = ProcessInfo.processInfo.environment["PATH"] ?? ""

  /// Makes a fetcher whose environment has no proxy.
  static func fetcher(_ mirror: String?) -> DatasetFetcher {
    var fetcher = DatasetFetcher(mirror: mirror, environment: ["PATH": path])
    fetcher.pause = 0
    return fetcher
  }

  /// Returns the answers of a server that has all four archives.
  static func answers(salt: Int = 0) -> [String: [LoopbackServer.Answer]] {
    Dictionary(
      uniqueKeysWithValues: DataFile.allCases.map {
        ("\($0.rawValue).gz", [.file(FakeDataset.archive($0, salt: salt))])
      })
  }

  static let last = "\(DataFile.validationLabels.rawValue).gz"

  @Test(arguments: [FakeDataset.byContent(), FakeDataset.byArchive()])
  func fetchesASetThatTheStoreThenLoads(set: KnownDataset) throws {
    let folder = try TemporaryFolder()
    let server = try LoopbackServer(Self.answers())
    let store = DatasetStore(dataFolder: folder.path, environment: [:], known: [set])
    var lines: [String] = []
    let written = try Self.fetcher(String(server.address.dropLast())).fetch(
      set, into: store.fetchFolder(for: set)
    ) { lines.append($0.description) }
    #expect(written == DataFile.allCases.map { "\(folder.path)/fake/\($0.rawValue).gz" })
    #expect(lines.count == 4)
    #expect(lines.first == "fetching train-images-idx3-ubyte.gz (1 of 4)")
    #expect(lines.last == "fetching t10k-labels-idx1-ubyte.gz (4 of 4)")
    let dataset = try store.load("fake")
    #expect(dataset.source.place == folder.path + "/fake")
    #expect(dataset.source.notes.isEmpty)
    // Files that are there and valid are not downloaded again.
    #expect(try Self.fetcher(server.address).fetch(set, into: folder.path + "/fake").isEmpty)
    #expect(server.requested.count == 4)
  }

  @Test func fetchesCIFAR10() throws {
    let folder = try TemporaryFolder()
    let archive = try ArrayFixtures.bytes("cifar.tar.gz")
    let set = FakeDataset.cifar10(archive: archive)
    let name = "cifar-10-binary.tar.gz"
    let broken = try LoopbackServer([name: [.file(archive.dropLast() + [1])]])
    #expect(
      throws: DatasetError.download(
        url: broken.address + name, reason: "the download is damaged or not fake: its MD5 differs")
    ) { try Self.fetcher(broken.address).fetch(set, into: folder.path) }
    #expect(try folder.names().isEmpty)
    let server = try LoopbackServer([name: [.file(archive)]])
    let path = "\(folder.path)/\(name)"
    #expect(try Self.fetcher(server.address).fetch(set, into: folder.path) == [path])
    #expect(try folder.names() == [name])
    let read = try #require(try set.readCIFAR(in: folder.path))
    #expect(read.arrays.train.pixels == CIFARTests.pixels(0..<3))
    #expect(read.files == [path] && read.digest == "MD5")
    let store = DatasetStore(dataFolder: folder.path, environment: [:], known: [set])
    let dataset = try store.load("fake")
    #expect(dataset.train.pixels == read.arrays.train.pixels)
    #expect(dataset.validation.labels == [2])
    #expect(dataset.classes.map(\.name) == CIFARTests.classNames)
    #expect(store.list().first?.location == folder.path)
    #expect(try store.verify("fake").reports.map(\.description) == ["\(path): MD5 agrees"])
    #expect(try Self.fetcher(server.address).fetch(set, into: folder.path).isEmpty)
    // A file that is damaged later is refused, and fetched again.
    try folder.write(Array(archive.dropLast()), to: name)
    #expect(
      throws: DatasetError.wrongContent(
        path: path, name: "fake", digest: "MD5",
        hint: "replace it, or remove it and run 'gputrain data fetch fake'")
    ) { try set.readCIFAR(in: folder.path) }
    #expect(try Self.fetcher(server.address).fetch(set, into: folder.path) == [path])
  }

  @Test func unpackedFilesOfCIFAR10AreCheckedForFormOnly() throws {
    let folder = try TemporaryFolder()
    let set = FakeDataset.cifar10(archive: [])
    #expect(try set.readCIFAR(in: folder.path) == nil)
    #expect(try FakeDataset.byContent().readCIFAR(in: folder.path) == nil)
    let records = CIFARTests.records(0..<1, labels: [[9]])
    for batch in 1...5 { try folder.write(records, to: "data_batch_\(batch).bin") }
    #expect(
      throws: DatasetError.unusable(
        path: folder.path, reason: "it lacks test_batch.bin",
        advice: "run 'gputrain data fetch fake' or unpack the whole archive there")
    ) { try set.readCIFAR(in: folder.path) }
    let store = DatasetStore(dataFolder: folder.path, environment: [:], known: [set])
    #expect(store.list().first?.location == nil)
    try folder.write(records, to: "test_batch.bin")
    #expect(store.list().first?.location == folder.path)
    let dataset = try store.load("fake")
    #expect(dataset.train.labels == [9, 9, 9, 9, 9])
    #expect(
      dataset.source.notes
        == ["fake: checked for form only, since only its archive's MD5 is known"])
    let reports = try store.verify("fake").reports
    #expect(reports.count == 6 && reports.allSatisfy { $0.status == .formOnly })
  }

  @Test func onlyWhatIsMissingOrWrongIsFetched() throws {
    let folder = try TemporaryFolder()
    try FakeDataset.write(to: folder.path, files: [.trainImages, .trainLabels])
    try FakeDataset.write(to: folder.path, files: [.validationImages], packed: true, salt: 1)
    let server = try LoopbackServer(Self.answers())
    try Self.fetcher(server.address).fetch(FakeDataset.byContent(), into: folder.path)
    #expect(server.requested == ["\(DataFile.validationImages.rawValue).gz", Self.last])
    let store = DatasetStoreTests.store(folder.path)
    #expect(try store.load("fake").validation.count == 3)
  }

  @Test func aRedirectionIsFollowed() throws {
    let folder = try TemporaryFolder()
    var answers = Self.answers()
    answers["moved"] = answers[Self.last]
    answers[Self.last] = [.redirect("moved")]
    let server = try LoopbackServer(answers)
    try Self.fetcher(server.address).fetch(FakeDataset.byContent(), into: folder.path)
    #expect(try folder.names().count == 4)
  }

  @Test func theNextMirrorIsTried() throws {
    let folder = try TemporaryFolder()
    let broken = try LoopbackServer([:])
    let wrong = try LoopbackServer(Self.answers(salt: 1))
    let good = try LoopbackServer(Self.answers())
    let set = FakeDataset.byContent(mirrors: [broken.address, wrong.address, good.address])
    try Self.fetcher(nil).fetch(set, into: folder.path)
    #expect(try folder.names().count == 4)
    #expect(broken.requested.count == 4 && wrong.requested.count == 4)
  }

  @Test(arguments: [
    LoopbackServer.Answer.truncated(FakeDataset.archive(.validationLabels)), .status(503),
  ])
  func aTransientFailureIsRetried(answer: LoopbackServer.Answer) throws {
    let folder = try TemporaryFolder()
    var answers = Self.answers()
    answers[Self.last] = [answer, .file(FakeDataset.archive(.validationLabels))]
    let server = try LoopbackServer(answers)
    try Self.fetcher(server.address).fetch(FakeDataset.byContent(), into: folder.path)
    #expect(server.requested.count == 5)
    #expect(try DatasetStoreTests.store(folder.path).load("fake").validation.count == 3)
  }

  /// The last of the four files fails in each way; none of the first three may be left.
  @Test(arguments: [
    (
      LoopbackServer.Answer.truncated(FakeDataset.archive(.validationLabels)), 3,
      "transfer closed with"
    ),
    (.status(404), 1, "The requested URL returned error: 404"),
    (.status(503), 3, "The requested URL returned error: 503"),
    (
      .file(FakeDataset.archive(.validationLabels, salt: 1)), 1,
      "the download is damaged or not fake: its SHA-256 differs"
    ),
    (
      .file(Array(FakeDataset.archive(.validationLabels).dropLast(4))), 1,
      "the packed data are cut off"
    ),
    (.file(FakeDataset.idx(.validationLabels)), 1, "the download is not a gzip archive"),
    (.file(Array("<html>Sign in".utf8)), 1, "the download is not a gzip archive"),
    (.file([]), 1, "the download is not a gzip archive"),
  ])
  func aFailureLeavesNothing(
    answer: LoopbackServer.Answer, requests: Int, reason: String
  ) throws {
    let folder = try TemporaryFolder()
    var answers = Self.answers()
    answers[Self.last] = [answer]
    let server = try LoopbackServer(answers)
    #expect {
      try Self.fetcher(server.address).fetch(FakeDataset.byContent(), into: folder.path)
    } throws: {
      let line = "\($0)"
      return line.hasPrefix("cannot fetch \(server.address)\(Self.last): ")
        && line.contains(reason) && !line.contains("\n")
        && line.hasSuffix("; check the network or name another --mirror")
    }
    #expect(try folder.names().isEmpty)
    #expect(server.requested.count == 3 + requests)
  }

  @Test func aWrongArchiveIsDetectedByItsMD5() throws {
    let folder = try TemporaryFolder()
    let server = try LoopbackServer(Self.answers(salt: 1))
    #expect(
      throws: DatasetError.download(
        url: "\(server.address)train-images-idx3-ubyte.gz",
        reason: "the download is damaged or not fake: its MD5 differs")
    ) { try Self.fetcher(server.address).fetch(FakeDataset.byArchive(), into: folder.path) }
    #expect(try folder.names().isEmpty)
  }

  @Test func anUnreachableHostIsOneLine() throws {
    let folder = try TemporaryFolder()
    // The port was free a moment ago, and nothing listens on it any more.
    let port = try LoopbackServer([:]).port
    #expect {
      try Self.fetcher("http://127.0.0.1:\(port)/").fetch(
        FakeDataset.byContent(), into: folder.path)
    } throws: {
      "\($0)".hasPrefix("cannot fetch http://127.0.0.1:\(port)/train-images-idx3-ubyte.gz: ")
        && "\($0)".contains("connect") && !"\($0)".contains("\n")
    }
    #expect {
      try Self.fetcher("http://nonexistent.invalid/").fetch(
        FakeDataset.byContent(), into: folder.path)
    } throws: {
      "\($0)".contains("resolve host: nonexistent.invalid; check the network")
    }
  }

  @Test func withoutCurlNothingIsTried() throws {
    let folder = try TemporaryFolder()
    let fetcher = DatasetFetcher(environment: ["PATH": folder.path])
    #expect(throws: DatasetError.noCurl) {
      try fetcher.fetch(FakeDataset.byContent(), into: folder.path)
    }
    #expect(throws: DatasetError.noCurl) {
      try DatasetFetcher(environment: [:]).fetch(FakeDataset.byContent(), into: folder.path)
    }
  }

  @Test func anUnusableFolderIsReportedBeforeAnyDownload() throws {
    let folder = try TemporaryFolder()
    try AtomicFile.write("x", to: folder.path + "/file")
    let server = try LoopbackServer(Self.answers())
    #expect {
      try Self.fetcher(server.address).fetch(
        FakeDataset.byContent(), into: folder.path + "/file/fake")
    } throws: {
      "\($0)" == "cannot create the folder \(folder.path)/file/fake: Not a directory; "
        + "free some space or choose another --data-dir"
    }
    #expect(server.requested.isEmpty)
  }

  @Test func aSetWithoutMirrorsSaysSo() throws {
    let folder = try TemporaryFolder()
    #expect {
      try Self.fetcher(nil).fetch(FakeDataset.byContent(), into: folder.path)
    } throws: {
      "\($0)".contains("fake has no mirror")
    }
  }
}
