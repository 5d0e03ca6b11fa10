import Files
import Images

/// A folder of 28×28 grey PNG files, without labels or sorted into a folder for each class.
package struct PictureFolder {
  /// The folder, without a slash at its end.
  package let path: String
  /// The paths of the pictures by the name of their class, nil for no class; sorted by name within
  /// a class.
  private let pictures: [String?: [String]]
  /// The other files there that are not read, relative to the folder, without hidden files.
  let leftOut: [String]

  /// A limit far above a picture of 28×28 pixels, which takes about one KB.
  private static let maximumFileBytes = 1 << 20

  /// Searches a folder; nil if it has no pictures. Anything that is neither a PNG file by its name
  /// nor a folder of PNG files is left out.
  /// - Throws: `DatasetError.mixedPictures`; `FileError` if a folder cannot be read.
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
        // Names that differ only in the encoding of an accent are the same name.
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

  /// A picture's file and its label.
  struct File: Equatable {
    let path: String
    let label: UInt8?
  }

  /// Returns the pictures in an order that depends only on their names. With labels, every range of
  /// them has about the same share of each label as the whole, so that the last tenth has the last
  /// tenth of each class.
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
  /// - Throws: `DatasetError.malformed` for a file that is not a PNG file, has colours or another
  ///   size; `FileError`.
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
