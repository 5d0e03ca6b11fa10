import Files
import Images
import TestFiles
import Testing

@testable import Datasets

@Suite struct CIFARTests {
  /// Returns the value of image `image` at a position, in `cifar.tar.gz` and in `records`.
  static func value(_ image: Int, _ row: Int, _ column: Int, _ colour: Int) -> UInt8 {
    UInt8(((((image * 3 + colour) * 32 + row) * 32 + column) * 7 + 3) % 256) / 64
  }

  /// Returns records of the images in `range`, with these bytes of labels before each.
  static func records(_ range: Range<Int>, labels: [[UInt8]]) -> [UInt8] {
    zip(range, labels).flatMap { image, labels in
      labels
        + (0..<3072).map { value(image, $0 % 1024 / 32, $0 % 32, $0 / 1024) }
    }
  }

  static func pixels(_ range: Range<Int>) -> [UInt8] {
    range.flatMap { image in
      (0..<3072).map { value(image, $0 / 96, $0 / 3 % 32, $0 % 3) }
    }
  }

  static let classNames = (0..<10).map { "class-\($0)" }

  @Test func readsTheArchive() throws {
    let arrays = try CIFAR.ten.read(archive: ArrayFixtures.bytes("cifar.tar.gz"), path: "x")
    #expect(arrays.train.shape == ImageShape(height: 32, width: 32, channels: 3))
    #expect(arrays.train.pixels == Self.pixels(0..<3))
    #expect(arrays.train.labels == [7, 0, 9])
    #expect(arrays.validation?.pixels == Self.pixels(3..<4))
    #expect(arrays.validation?.labels == [2])
    #expect(arrays.classNames == Self.classNames)
    #expect(arrays.notes == ["x lacks data_batch_2.bin, data_batch_3.bin, data_batch_5.bin"])
  }

  @Test(arguments: ["", "/cifar-10-batches-bin"])
  func readsTheFolder(below: String) throws {
    let folder = try TemporaryFolder()
    for batch in 1...5 {
      try folder.write(
        Self.records(batch..<batch + 1, labels: [[UInt8(batch)]]),
        to: "\(below)/data_batch_\(batch).bin")
    }
    try folder.write(Self.records(0..<2, labels: [[9], [0]]), to: "\(below)/test_batch.bin")
    let found = try #require(CIFAR.Folder(folder.path))
    #expect(found.path == folder.path + below && found.format == .ten)
    #expect(found.files.count == 6)
    let arrays = try found.load()
    #expect(arrays.train.pixels == Self.pixels(1..<6))
    #expect(arrays.train.labels == [1, 2, 3, 4, 5])
    #expect(arrays.validation?.labels == [9, 0])
    #expect(arrays.classNames.isEmpty)
    #expect(arrays.notes.isEmpty)
  }

  @Test func readsTheFineLabelsOfCIFAR100() throws {
    let folder = try TemporaryFolder()
    try folder.write(Self.records(0..<2, labels: [[19, 99], [1, 0]]), to: "train.bin")
    #expect(CIFAR.Folder(folder.path) == nil)
    let names = (0..<100).map { "class-\($0)\r\n" }.joined()
    try folder.write(Array(names.utf8), to: "fine_label_names.txt")
    let arrays = try #require(CIFAR.Folder(folder.path)).load()
    #expect(arrays.train.pixels == Self.pixels(0..<2))
    #expect(arrays.train.labels == [99, 0])
    #expect(arrays.validation == nil)
    #expect(arrays.classNames == (0..<100).map { "class-\($0)" })
  }

  @Test(
    arguments: [
      ("data_batch_1.bin", [1, 2], "it has 2 bytes, not a multiple of a record's 3073"),
      ("data_batch_1.bin", [], "it has 0 bytes, not a multiple of a record's 3073"),
      (
        "data_batch_1.bin", [UInt8](repeating: 10, count: 3073),
        "it has the label 10, not only 0 to 9"
      ),
      ("batches.meta.txt", Array("a\nb".utf8), "it has 2 lines, not the names of 10 classes"),
    ] as [(String, [UInt8], String)])
  func saysWhatIsWrong(name: String, bytes: [UInt8], reason: String) throws {
    let folder = try TemporaryFolder()
    try folder.write(Self.records(0..<1, labels: [[9]]), to: "data_batch_2.bin")
    try folder.write(bytes, to: name)
    #expect(throws: DatasetError.malformed(path: "\(folder.path)/\(name)", reason: reason)) {
      try CIFAR.Folder(folder.path)?.load()
    }
  }

  @Test func testImagesAloneAreNotEnough() throws {
    let folder = try TemporaryFolder()
    #expect(CIFAR.Folder(folder.path) == nil)
    try folder.write(Self.records(0..<1, labels: [[9]]), to: "test_batch.bin")
    #expect {
      try CIFAR.Folder(folder.path)?.load()
    } throws: {
      "\($0)".hasPrefix("\(folder.path) cannot be used: it lacks data_batch_1.bin")
    }
  }

  @Test func aDamagedTarArchiveIsRefused() throws {
    let tar = try Gzip.unpack(ArrayFixtures.bytes("cifar.tar.gz"))
    let whole = try TarArchive(tar).files
    #expect(whole.count == 5)
    #expect(whole["cifar-10-batches-bin/readme.html"].map(Array.init) == Array("<html>".utf8))
    // The end of the last file is at 512 · (headers + 13 + 7 + 7 + 1) bytes.
    for count in [1, 511, 512, 513, 1023, 1024, 2000, 16_000] {
      #expect((try? TarArchive(Array(tar[..<count])).files)?.count ?? 0 < 5, "\(count) bytes")
    }
    for index in 512..<1024 {
      var changed = tar
      changed[index] ^= 4
      // A digit of the checksum may be followed by anything.
      let files = try? TarArchive(changed).files
      #expect(files == nil || files?.keys == whole.keys, "byte \(index)")
    }
    let claim = Array("77777777777".utf8)
    var changed = tar
    changed.replaceSubrange(512 + 124..<512 + 135, with: claim)
    #expect(throws: TarArchive.Damaged.self) { try TarArchive(changed) }
    #expect {
      try CIFAR.ten.read(archive: gzip(changed), path: "x")
    } throws: {
      "\($0)".contains("x is not a usable data file: its tar archive is damaged or cut off")
    }
    #expect(throws: DatasetError.self) { try CIFAR.ten.read(archive: [], path: "x") }
  }
}
