/// What an image can show, as a label says it.
public struct ImageClass: Equatable, Sendable {
  /// The label of its images.
  public let label: UInt8
  /// The name of its folder of pictures; of IDX files the label, in digits.
  public let name: String

  /// A class of this label, and of this name or else the label's digits.
  init(label: UInt8, name: String? = nil) {
    self.label = label
    self.name = name ?? "\(label)"
  }

  /// The classes of folders by their names: names that are numbers first, by size.
  ///
  /// - Throws: `DatasetError.tooManyClasses` where there are more than labels.
  static func folders(_ names: Set<String>, in path: String) throws -> [ImageClass] {
    let labels = UInt8.min...UInt8.max
    guard names.count <= labels.count else {
      throw DatasetError.tooManyClasses(path: path, count: names.count, most: labels.count)
    }
    return zip(labels, names.sorted(by: precedes)).map { ImageClass(label: $0, name: $1) }
  }

  /// Whether a folder's name comes before another's.
  private static func precedes(_ first: String, _ second: String) -> Bool {
    /// What is compared: whether it is a word, a number's length and digits, and the name.
    func key(_ name: String) -> (Int, Int, String, String) {
      guard !name.isEmpty, name.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
        return (1, 0, "", name)
      }
      let digits = name.drop { $0 == "0" }
      return (0, digits.count, String(digits), name)
    }
    return key(first) < key(second)
  }
}
