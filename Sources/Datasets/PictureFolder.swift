import Files
import Images

/// A folder of pictures, without labels or sorted into a folder for each class.
package struct PictureFolder {
  /// The folder, without a slash at its end.
  package let path: String
  /// The paths of the pictures by the name of their class, nil for no class; sorted by name within
  /// a class.
  private let pictures: [String?: [String]]
  /// The other files there that are not read, relative to the folder, without hidden files.
  let leftOut: [String]

  /// Searches a folder; nil if it has no pictures. Anything that is neither a picture nor a folder
  /// of pictures is left out.
  /// - Throws: `DatasetError.mixedPictures`; `FileError` if a folder cannot be read.
  init?(_ path: String) throws {
    self.path = path
    let (bare, others) = try Self.split(path)
    var pictures: [String?: [String]] = [:]
    var leftOut: [String] = []
    for name in others {
      let (own, rest) = isFolder("\(path)/\(name)") ? try Self.split("\(path)/\(name)") : ([], [])
      if own.isEmpty {
        leftOut.append(name)
      } else {
        // Names that differ only in the encoding of an accent are the same name.
        pictures[name, default: []] += own.map { "\(path)/\(name)/\($0)" }
        leftOut += rest.map { "\(name)/\($0)" }
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

  /// Returns the names of the pictures in a folder, and those of everything else.
  private static func split(_ path: String) throws -> (pictures: [String], others: [String]) {
    let names = try namesInFolder(path)
    let arePictures = names.map { isPicture($0, in: path) }
    let chosen = zip(names, arePictures)
    return (chosen.filter(\.1).map(\.0), chosen.filter { !$0.1 }.map(\.0))
  }

  /// Whether a file is a picture by its first bytes or, if it is damaged, by its name.
  private static func isPicture(_ name: String, in folder: String) -> Bool {
    let ending = name.lowercased().split(separator: ".").last
    if let ending, ["jpeg", "jpg", "png"].contains(ending), name.contains(".") { return true }
    return PictureFormat(of: firstBytes(of: "\(folder)/\(name)", count: 8)) != nil
  }

  /// The names of its classes.
  var classNames: Set<String> { Set(pictures.keys.compactMap(\.self)) }
  /// The number of its pictures.
  package var count: Int { pictures.values.reduce(0) { $0 + $1.count } }

  /// A picture's file and its label.
  struct File: Equatable {
    let path: String
    let label: UInt8?
  }

  /// Returns the pictures in an order that depends only on their names and the seed. With labels,
  /// every range of them has about the same share of each label as the whole, so that the last
  /// tenth has a tenth of each class.
  ///
  /// - Parameter seed: The seed that shuffles the pictures of each class; nil for their order by
  ///   name.
  func files(_ classes: [ImageClass], shuffledBy seed: UInt64? = nil) -> [File] {
    let labels = Dictionary(uniqueKeysWithValues: classes.map { ($0.name, $0.label) })
    var files: [(place: Double, file: File)] = []
    for (name, paths) in pictures {
      let label = name.flatMap { labels[$0] }
      let ordered = seed.map { paths.shuffled(by: $0, item: Int(label ?? 0)) } ?? paths
      for (index, path) in ordered.enumerated() {
        let place = (Double(index) + 0.5) / Double(ordered.count)
        files.append((place, File(path: path, label: label)))
      }
    }
    files.sort { ($0.place, $0.file.label ?? 0) < ($1.place, $1.file.label ?? 0) }
    return files.map(\.file)
  }
}

extension Array {
  /// Returns the elements in a random order. Different items give different orders.
  func shuffled(by seed: UInt64, item: Int = 0) -> [Element] {
    var random = SplitMix64(seed: seed, item: item)
    var shuffled = self
    for index in shuffled.indices {
      shuffled.swapAt(index, index + random.index(below: count - index))
    }
    return shuffled
  }
}
