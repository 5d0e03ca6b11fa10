import Datasets

/// The square root of the sum of squares.
func euclideanNorm<Number: BinaryFloatingPoint>(_ numbers: [Number]) -> Double {
  numbers.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
}

/// Draws a self-test's numbers: uniform ones, the same on every machine.
struct SelfTestNumbers {
  private var random: SplitMix64

  init(seed: UInt64) { random = SplitMix64(seed: seed) }

  /// Draws `count` numbers between −1 and 1, each through a function of its place.
  mutating func callAsFunction(
    _ count: Int, through function: (Int, Float) -> Float = { $1 }
  ) -> [Float] {
    let numbers = (0..<min(count, Self.period)).map { function($0, random.uniform(-1, 1)) }
    return Self.repeated(numbers, to: count)
  }

  /// The count after which the numbers repeat, which saves seconds. It is prime, so that no two
  /// rows of a tensor are alike.
  static let period = 65_537

  /// The elements repeated to `count` in all.
  static func repeated<Element>(_ elements: [Element], to count: Int) -> [Element] {
    var repeated: [Element] = []
    repeated.reserveCapacity(count)
    while repeated.count < count { repeated += elements.prefix(count - repeated.count) }
    return repeated
  }
}
