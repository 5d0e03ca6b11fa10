import Files
import Images

/// A folder of 28×28 grey PNG files, without labels or sorted into a folder for each class.
package struct PictureFolder {
  /// The folder, without a slash at its end.
  package let path: String
  /// The paths of the pictures by the name of their class, nil where they have none; each class by
  /// name.
  private let pictures: [String?: [String]]
  /// What lies there, relative to the folder, and is not read: hidden files are not named.
  let leftOut: [String]

  /// A picture of 28×28 pixels takes about one KB, whatever else is in its file.
  private static let maximumFileBytes = 1 << 20

  /// Looks into a folder; nil where it has no pictures. What is neither a PNG file by its name nor
  /// a folder of such is left out.
  /// - Throws: `DatasetError.mixedPictures`; `FileError` where a folder cannot be read.
  init?(_ path: String) throws {
    self.path = path
    let names = try namesInFolder(path)
    let bare = names.filter(Self.isPicture)
    var pictures: [String?: [String]] = [:]
    var leftOut: [String] = []
    for name in names where !Self.isPicture(name) {
      let inside = isFolder("\(path)/\(name)") ? try namesInFolder("\(path)/\(name)") : []
      let own = inside.filter(Self.isPicture)
      if own.isEmpty {
        leftOut.append(name)
      } else {
        // Names that differ in the form of an accent alone are the same one.
        pictures[name, default: []] += own.map { "\(path)/\(name)/\($0)" }
        leftOut += inside.filter { !Self.isPicture($0) }.map { "\(name)/\($0)" }
      }
    }
    if let file = bare.first {
      guard pictures.isEmpty else {
        throw DatasetError.mixedPictures(folder: path, file: "\(path)/\(file)")
      }
      pictures[nil] = bare.map { "\(path)/\($0)" }
    }
    if pictures.isEmpty { return nil }
    (self.pictures, self.leftOut) = (pictures, leftOut)
  }

  private static func isPicture(_ name: String) -> Bool { name.lowercased().hasSuffix(".png") }

  /// The names of its classes.
  var classNames: Set<String> { Set(pictures.keys.compactMap(\.self)) }
  /// The number of its pictures.
  package var count: Int { pictures.values.reduce(0) { $0 + $1.count } }

  /// A picture's file and what it shows.
  struct File: Equatable {
    let path: String
    let label: UInt8?
  }

  /// The pictures in an order that depends on their names alone: by name and, where they have
  /// labels, every stretch of them with about as many of each label as all, so that the last tenth
  /// has the last tenth of each.
  func files(_ classes: [ImageClass]) -> [File] {
    let labels = Dictionary(uniqueKeysWithValues: classes.map { ($0.name, $0.label) })
    return pictures.flatMap { name, paths in
      paths.enumerated().map { place, path in
        (
          (Double(place) + 0.5) / Double(paths.count),
          File(path: path, label: name.flatMap { labels[$0] })
        )
      }
    }.sorted { first, second in
      (first.0, first.1.label ?? 0) < (second.0, second.1.label ?? 0)
    }.map(\.1)
  }

  /// Reads and checks all pictures, in the order of `files`.
  /// - Throws: `DatasetError.malformed` for what is no PNG file, has colours or another size; `FileError`.
  func read(_ classes: [ImageClass]) throws -> ImageSet {
    var pixels: [UInt8] = []
    pixels.reserveCapacity(count * ImageSet.pixelsPerImage)
    let files = files(classes)
    for file in files {
      let image = try Self.read(file.path)
      guard image.width == ImageSet.side, image.height == ImageSet.side else {
        throw DatasetError.malformed(
          path: file.path, reason: "it has \(image.width)×\(image.height) pixels, not 28×28")
      }
      pixels += image.pixels
    }
    let labels = files.compactMap(\.label)
    return ImageSet(pixels: pixels, labels: labels.isEmpty ? nil : labels)
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
