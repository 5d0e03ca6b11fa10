import Files
import Foundation
import TestFiles

/// A folder of IDX files: 32 images to train on, 8 held out.
enum TinyData {
  static let trainCount = 32
  static let validationCount = 8

  static let trainImages = "train-images-idx3-ubyte"
  static let trainLabels = "train-labels-idx1-ubyte"
  static let validationImages = "t10k-images-idx3-ubyte"
  static let validationLabels = "t10k-labels-idx1-ubyte"

  /// An IDX file of images, whose bytes follow from their place.
  static func images(
    _ count: Int, rows: Int = 28, columns: Int = 28, magic: Int = 0x803
  ) -> [UInt8] {
    bigEndian([magic, count, rows, columns])
      + (0..<count * rows * columns).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 7) }
  }

  /// An IDX file of black images, which is quick to make for many.
  static func blackImages(_ count: Int) -> [UInt8] {
    bigEndian([0x803, count, 28, 28]) + [UInt8](repeating: 0, count: count * 28 * 28)
  }

  /// An IDX file of labels.
  static func labels(_ count: Int) -> [UInt8] {
    bigEndian([0x801, count]) + (0..<count).map { UInt8($0 % 10) }
  }

  /// The content of each file, by its name.
  static let files: [String: [UInt8]] = [
    trainImages: images(trainCount), trainLabels: labels(trainCount),
    validationImages: images(validationCount), validationLabels: labels(validationCount),
  ]

  /// The training files with `count` images, as changes for `write`.
  static func trainFiles(_ count: Int) -> [String: [UInt8]] {
    [trainImages: images(count), trainLabels: labels(count)]
  }

  /// Writes the four files, some of them with another content, or not at all.
  static func write(
    to folder: String, packed: Bool = false, changing changes: [String: [UInt8]] = [:],
    without: [String] = []
  ) throws {
    try createFolder(folder)
    for (name, content) in files.merging(changes, uniquingKeysWith: { $1 })
    where !without.contains(name) {
      if packed {
        try AtomicFile.write(gzip(content), to: "\(folder)/\(name).gz")
      } else {
        try AtomicFile.write(content, to: "\(folder)/\(name)")
      }
    }
  }

  private static func bigEndian(_ fields: [Int]) -> [UInt8] {
    fields.flatMap { field in (0..<4).map { UInt8(truncatingIfNeeded: field >> (24 - 8 * $0)) } }
  }
}
