/// A class of images, identified by a label.
public struct ImageClass: Equatable, Sendable {
  /// The label of its images.
  public let label: UInt8
  /// The name of its folder of pictures; for IDX files the digits of the label.
  public let name: String

  /// Makes a class with this label. Its default name is the label's digits.
  package init(label: UInt8, name: String? = nil) {
    self.label = label
    self.name = name ?? "\(label)"
  }

  /// Makes classes from the names of folders. Names that are numbers come first, in numeric order.
  ///
  /// - Throws: `DatasetError.tooManyClasses` if there are more than labels.
  static func folders(_ names: Set<String>, in path: String) throws -> [ImageClass] {
    let labels = UInt8.min...UInt8.max
    guard names.count <= labels.count else {
      throw DatasetError.tooManyClasses(path: path, count: names.count, most: labels.count)
    }
    return zip(labels, names.sorted(by: precedes)).map { ImageClass(label: $0, name: $1) }
  }

  /// Returns whether a folder's name comes before another's.
  private static func precedes(_ first: String, _ second: String) -> Bool {
    /// The sort key: whether it is a word, a number's length and digits, and the name.
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
