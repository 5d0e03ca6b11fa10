import Files
import TestFiles

@testable import Datasets
@testable import KnownDatasets

/// A tiny data set in MNIST's format: 20 training images, 3 validation images.
enum FakeDataset {
  static let counts: [DataFile: Int] = [
    .trainImages: 20, .trainLabels: 20, .validationImages: 3, .validationLabels: 3,
  ]

  /// Returns an IDX file of `count` images or labels, whose bytes follow from `salt`.
  static func idx(_ file: DataFile, count: Int? = nil, side: Int = 28, salt: Int = 0) -> [UInt8] {
    let count = count ?? counts[file] ?? 0
    let images = file == .trainImages || file == .validationImages
    let fields = images ? [0x803, count, side, side] : [0x801, count]
    let head = fields.flatMap {
      [UInt8($0 >> 24), UInt8($0 >> 16 & 255), UInt8($0 >> 8 & 255), UInt8($0 & 255)]
    }
    let items = (0..<count * (images ? side * side : 1)).map {
      images ? UInt8(truncatingIfNeeded: $0 &* 7 &+ salt) : UInt8(($0 + salt) % 10)
    }
    return head + items
  }

  /// Returns the packed file.
  static func archive(_ file: DataFile, salt: Int = 0) -> [UInt8] { gzip(idx(file, salt: salt)) }

  /// Returns a set with digests of the files' contents.
  static func byContent(mirrors: [String] = []) -> KnownDataset {
    make(mirrors: mirrors) { .content(sha256: Digest.sha256.hex(of: [idx($0)])) }
  }

  /// Returns a set with digests of the archives.
  static func byArchive(mirrors: [String] = []) -> KnownDataset {
    make(mirrors: mirrors) { .archive(md5: Digest.md5.hex(of: [archive($0)])) }
  }

  private static func make(
    mirrors: [String], check: (DataFile) -> KnownDataset.Check
  ) -> KnownDataset {
    KnownDataset(
      name: "fake", torchvisionFolder: "Fake/raw", mirrors: mirrors,
      contents: .idx(Dictionary(uniqueKeysWithValues: DataFile.allCases.map { ($0, check($0)) })))
  }

  /// Returns a set in CIFAR-10's format, whose archive has these bytes.
  static func cifar10(archive: [UInt8], mirrors: [String] = []) -> KnownDataset {
    KnownDataset(
      name: "fake", torchvisionFolder: nil, mirrors: mirrors,
      contents: .cifar10(md5: Digest.md5.hex(of: [archive])))
  }

  /// Writes the four files, or some of them, into a folder.
  static func write(
    to folder: String, files: [DataFile] = DataFile.allCases, packed: Bool = false, salt: Int = 0
  ) throws {
    try createFolder(folder)
    for file in files {
      try AtomicFile.write(
        packed ? archive(file, salt: salt) : idx(file, salt: salt),
        to: "\(folder)/\(file.rawValue)\(packed ? ".gz" : "")")
    }
  }
}
