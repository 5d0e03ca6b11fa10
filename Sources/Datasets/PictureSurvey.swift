import Images

/// What the pictures of a data set are: their formats, sizes and channels.
package struct PictureSurvey: Equatable, Codable, Sendable {
  private var formats: [String: Int] = [:]
  private var sizes: [String: Int] = [:]
  private var coloured = 0
  /// The number of pictures.
  private(set) var count = 0

  /// Adds a picture.
  mutating func add(_ header: PictureHeader) {
    count += 1
    formats["\(header.format)", default: 0] += 1
    sizes["\(header.shape.width)×\(header.shape.height)", default: 0] += 1
    if header.shape.channels == 3 { coloured += 1 }
  }

  /// Adds the pictures of another survey.
  mutating func add(_ other: PictureSurvey) {
    count += other.count
    coloured += other.coloured
    formats.merge(other.formats, uniquingKeysWith: +)
    sizes.merge(other.sizes, uniquingKeysWith: +)
  }

  /// Whether any picture is in colour.
  package var hasColour: Bool { coloured > 0 }

  /// Whether all pictures have a size.
  func areAll(width: Int, height: Int) -> Bool {
    sizes.keys.allSatisfy { $0 == "\(width)×\(height)" }
  }

  /// Lines such as `4997 JPEG, 3 PNG; 4000 in colour, 1000 grey`, and the sizes, the most frequent
  /// first.
  package var lines: [String] {
    guard count > 0 else { return [] }
    let kinds = formats.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
      .map { "\($0.value) \($0.key)" }.joined(separator: ", ")
    let some = sizes.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
      .map { sizes.count == 1 ? $0.key : "\($0.key) (\($0.value))" }
    return [
      "pictures: \(kinds); \(coloured) in colour, \(count - coloured) grey",
      "sizes: \(some.first(4))",
    ]
  }
}
