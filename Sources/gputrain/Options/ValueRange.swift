/// The numbers that an option accepts.
struct ValueRange: Sendable {
  /// The range in words, after "must be".
  private let words: String
  private let includes: @Sendable (Double) -> Bool

  private init(_ words: String, _ includes: @escaping @Sendable (Double) -> Bool) {
    (self.words, self.includes) = (words, includes)
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

  /// Whether it contains a number, given as text.
  func contains(_ text: String) -> Bool { Double(text).map(includes) ?? false }

  /// The message for a value out of the range.
  func fault(of option: String) -> String { "\(option) must be \(words)" }
}
