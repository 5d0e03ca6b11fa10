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

  private init(_ range: ClosedRange<Double>) {
    self.init("between \(Int(range.lowerBound)) and \(Int(range.upperBound))", range.contains)
  }

  static let count = ValueRange(1...1_000_000)
  static let batchSize = ValueRange(1...65_536)
  static let learningRate = ValueRange("above 0 and at most 1") { $0 > 0 && $0 <= 1 }
  /// Of Adam's moving averages.
  static let decayRate = ValueRange("at least 0 and below 1") { $0 >= 0 && $0 < 1 }

  /// Of a divergence.
  static let weight = ValueRange("at least 0 and at most 1000") { $0 >= 0 && $0 <= 1000 }
  /// Of real images.
  static let label = ValueRange("above 0 and at most 1") { $0 > 0 && $0 <= 1 }

  /// The names of `Likelihood`.
  static let likelihood = ValueRange(names: ["bernoulli", "gaussian"])

  /// Whether it contains a value, given as text.
  func contains(_ text: String) -> Bool { includes(text) }

  /// The message for a value out of the range.
  func fault(of option: String) -> String { "\(option) must be \(words)" }
}
