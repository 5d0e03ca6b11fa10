import Files
import Images

/// A folder of pictures, without labels or sorted into a folder for each class.
package struct PictureFolder {
  /// The folder, without a slash at its end.
  package let path: String
  /// The names of the folders in it that have pictures, in themselves or in folders below.
  let folders: Set<String>
  /// The paths of the pictures by the name of their class, nil for no class; sorted by name within
  /// a class.
  private let pictures: [String?: [String]]
  /// The other files there that are not read, relative to the folder, without hidden files. A
  /// folder without pictures counts as one.
  let leftOut: [String]

  /// Searches a folder and those below it; nil if they have no pictures. If all pictures are in
  /// folders, each of these is a class, with those below it. Otherwise there are no classes.
  /// - Throws: `FileError` if a folder cannot be read.
  init?(_ path: String) throws {
    self.path = path
    var found: [(folder: String?, pictures: [String])] = []
    var leftOut: [String] = []
    for name in try namesInFolder(path) {
      let content = try Content(of: name, in: path)
      if !content.pictures.isEmpty {
        found.append((content.isFolder ? name : nil, content.pictures.map { "\(path)/\($0)" }))
      }
      leftOut += content.others
    }
    if found.isEmpty { return nil }
    let hasClasses = found.allSatisfy { $0.folder != nil }
    // Names that differ only in the encoding of an accent are the same name.
    pictures = found.reduce(into: [:]) { pictures, content in
      pictures[hasClasses ? content.folder : nil, default: []] += content.pictures
    }
    folders = Set(found.compactMap(\.folder))
    self.leftOut = leftOut
  }

  /// What is at a name in a folder: a picture, another file, or a folder with everything below it.
  private struct Content {
    private(set) var isFolder = false
    /// Paths of pictures, relative to the folder that the name is in.
    private(set) var pictures: [String] = []
    /// Paths of everything else.
    private(set) var others: [String] = []

    init(of name: String, in folder: String) throws {
      let path = "\(folder)/\(name)"
      if PictureFolder.isPicture(name, in: folder) {
        pictures = [name]
      } else if Files.isFolder(path) {
        isFolder = true
        for inner in try namesInFolder(path) {
          // A link may lead back to a folder above.
          if isLink("\(path)/\(inner)"), Files.isFolder("\(path)/\(inner)") {
            others.append("\(name)/\(inner)")
          } else {
            let content = try Content(of: "\(name)/\(inner)", in: folder)
            pictures += content.pictures
            others += content.others
          }
        }
        if pictures.isEmpty { others = [name] }
      } else {
        others = [name]
      }
    }
  }

  /// Whether a file is a picture by its first bytes or, if it is damaged, by its name.
  private static func isPicture(_ name: String, in folder: String) -> Bool {
    let ending = name.lowercased().split(separator: ".").last
    if let ending, ["jpeg", "jpg", "png"].contains(ending), name.contains(".") { return true }
    return PictureFormat(of: firstBytes(of: "\(folder)/\(name)", count: 8)) != nil
  }

  /// The names of its classes.
  var classNames: Set<String> { pictures[nil] == nil ? folders : [] }
  /// Whether it has pictures both in itself and in folders.
  var isMixed: Bool { pictures[nil] != nil && !folders.isEmpty }
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
