/// The values that an option accepts: a range of numbers, or names.
struct ValueRange: Sendable {
  /// The range in words, after "must be".
  private let words: String
  private let includes: @Sendable (String) -> Bool

  private init(_ words: String, _ includes: @escaping @Sendable (Double) -> Bool) {
    self.words = words
    self.includes = { Double($0).map(includes) ?? false }
  }

  private init(names: [String]) {
    (words, includes) = (names.joined(separator: " or "), names.contains)
  }

  private init(_ words: String, matching pattern: @escaping @Sendable (String) -> Bool) {
    (self.words, includes) = (words, pattern)
  }

  private init(_ range: ClosedRange<Double>) {
    self.init("between \(Int(range.lowerBound)) and \(Int(range.upperBound))", range.contains)
  }

  static let count = ValueRange(1...1_000_000)
  static let batchSize = ValueRange(1...65_536)
  /// Of a device.
  static let units = ValueRange(1...4096)
  /// Of a work-group, in KiB. OpenCL asks for at least 32.
  static let localMemory = ValueRange(32...1024)
  static let learningRate = ValueRange("above 0 and at most 1") { $0 > 0 && $0 <= 1 }
  /// Of Adam's moving averages.
  static let decayRate = ValueRange("at least 0 and below 1") { $0 >= 0 && $0 < 1 }

  /// Of a divergence.
  static let weight = ValueRange("at least 0 and at most 1000") { $0 >= 0 && $0 <= 1000 }
  /// Of real images.
  static let label = ValueRange("above 0 and at most 1") { $0 > 0 && $0 <= 1 }

  /// Of images: 1 for grey, 3 for colour.
  static let channels = ValueRange(names: ["1", "3"])
  /// Of a random draw, as JSON holds it exactly.
  static let seed = ValueRange("between 0 and 2^53") { (0...0x1p53).contains($0) }
  /// The texts that `ImageSize` reads.
  static let imageSize = ValueRange(
    "a side such as 64, or WIDTHxHEIGHT such as 64x48, of 1 to 1024 pixels",
    matching: { text in
      let sides = text.split(separator: "x", omittingEmptySubsequences: false)
      return (1...2).contains(sides.count)
        && sides.allSatisfy { $0.allSatisfy(\.isNumber) && (1...1024).contains(Int($0) ?? 0) }
    })
  /// The texts that `Colour` reads.
  static let colour = ValueRange(
    "black, white or six hexadecimal digits such as ff8000",
    matching: { ["black", "white"].contains($0) || $0.wholeMatch(of: /[0-9a-f]{6}/) != nil })

  /// The names of `Likelihood`.
  static let likelihood = ValueRange(names: ["bernoulli", "gaussian"])

  /// Whether it contains a value, given as text.
  func contains(_ text: String) -> Bool { includes(text) }

  /// The message for a value out of the range.
  func fault(of option: String) -> String { "\(option) must be \(words)" }
}
