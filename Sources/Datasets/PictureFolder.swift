import Files
import Foundation
import Images

/// A folder of 28×28 grey PNG files, without labels or sorted into a folder for each label, `0` to `9`.
struct PictureFolder {
  /// A picture's file and what it shows.
  struct File: Equatable {
    let path: String
    let label: UInt8?
  }

  /// The folder, without a slash at its end.
  let path: String
  /// The pictures in an order that depends on their names alone: by name and, where they have labels, every stretch of
  /// them with about as many of each label as all, so that the last tenth has the last tenth of each.
  let files: [File]

  /// Whether the pictures have labels.
  var isLabelled: Bool { files.first?.label != nil }

  private static let labels: ClosedRange<UInt8> = 0...9
  /// A picture of 28×28 pixels takes about one KB, whatever else is in its file.
  private static let maximumFileBytes = 1 << 20

  /// Looks into a folder; nil where it has no pictures. What is neither a PNG file by its name nor a folder of a label
  /// is left alone.
  /// - Throws: `DatasetError.mixedPictures`; `FileError` where a folder cannot be read.
  init?(_ path: String) throws {
    self.path = path
    let bare = try Self.pictures(in: path).map { File(path: $0, label: nil) }
    let labelled = try Self.labels.map { label in
      let folder = "\(path)/\(label)"
      return isFolder(folder)
        ? try Self.pictures(in: folder).map { File(path: $0, label: label) } : []
    }
    if let file = bare.first, !labelled.allSatisfy(\.isEmpty) {
      throw DatasetError.mixedPictures(folder: path, file: file.path)
    }
    files = bare.isEmpty ? Self.interleaved(labelled) : bare
    if files.isEmpty { return nil }
  }

  /// The PNG files of a folder, by name, byte by byte. Hidden ones are none: some systems keep notes in such.
  private static func pictures(in folder: String) throws -> [String] {
    guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
      throw FileError(.read, folder, code: EACCES)
    }
    return names.filter { $0.lowercased().hasSuffix(".png") && !$0.hasPrefix(".") }
      .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
      .map { "\(folder)/\($0)" }
  }

  /// The groups' files in one list: each group is spread evenly over it.
  private static func interleaved(_ groups: [[File]]) -> [File] {
    groups.flatMap { group in
      group.enumerated().map { ((Double($0) + 0.5) / Double(group.count), $1) }
    }.sorted { first, second in
      (first.0, first.1.label ?? 0) < (second.0, second.1.label ?? 0)
    }.map(\.1)
  }

  /// Reads and checks all pictures.
  /// - Throws: `DatasetError.malformed` for what is no PNG file, has colours or another size; `FileError`.
  func read() throws -> ImageSet {
    var pixels: [UInt8] = []
    pixels.reserveCapacity(files.count * ImageSet.pixelsPerImage)
    for file in files {
      let image = try Self.read(file.path)
      guard image.width == ImageSet.side, image.height == ImageSet.side else {
        throw DatasetError.malformed(
          path: file.path, reason: "it has \(image.width)×\(image.height) pixels, not 28×28")
      }
      pixels += image.pixels
    }
    return ImageSet(pixels: pixels, labels: isLabelled ? files.compactMap(\.label) : nil)
  }

  private static func read(_ path: String) throws -> GrayImage {
    let bytes = try readFile(path: path, maximumBytes: maximumFileBytes)
    do {
      return try GrayImage(png: bytes)
    } catch ImageError.decoding(let reason) {
      throw DatasetError.malformed(path: path, reason: reason)
    }
  }
}
