import Foundation

/// The normal distribution with mean 0 and variance 1.
public enum StandardNormal {
  /// Returns the probability of a number below `x`.
  public static func probability(below x: Double) -> Double { erfc(-x / 2.0.squareRoot()) / 2 }

  /// Returns the number that a draw is below with a probability in (0, 1).
  public static func quantile(_ probability: Double) -> Double {
    precondition(probability > 0 && probability < 1, "a probability of \(probability)")
    // Beyond ±38.5, the probability is 0 or 1 in float64.
    var (low, high) = (-40.0, 40.0)
    // Each step halves the interval, down to neighbouring numbers.
    for _ in 0..<64 {
      let middle = (low + high) / 2
      if Self.probability(below: middle) < probability { low = middle } else { high = middle }
    }
    return (low + high) / 2
  }
}
