import Testing

@testable import Reference

/// Returns reproducible test data: normals from a stream that no model uses.
func normals(_ count: Int, seed: UInt64) -> [Double] {
  (0..<count).map {
    ReferenceRandom.normal(seed: seed, stream: 0xFFFF_FFFF, step: 0, element: $0)
  }
}

func dot(_ a: [Double], _ b: [Double]) -> Double {
  a.count == b.count ? zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } : .nan
}

/// Returns ‖a - b‖ / ‖b‖; infinite if that is not a number.
func distance(_ a: [Double], _ b: [Double]) -> Double {
  guard a.count == b.count else { return .infinity }
  let difference = zip(a, b).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
  let norm = dot(b, b)
  guard difference.isFinite, norm.isFinite else { return .infinity }
  if difference == 0 { return 0 }
  return norm > 0 ? (difference / norm).squareRoot() : .infinity
}

/// Returns the gradient of `function` at `point` by central differences.
///
/// With a step of 1e-5 the truncation is of the order 1e-10 and the cancellation 1e-11, both far
/// below `gradientTolerance`.
func finiteDifferences(
  at point: [Double], of function: ([Double]) -> Double
) -> [Double] {
  let step = 1e-5
  return point.indices.map { index in
    var high = point
    var low = point
    high[index] += step
    low[index] -= step
    return (function(high) - function(low)) / (2 * step)
  }
}

let gradientTolerance = 1e-7
/// The tolerance for sums of a few dozen terms in another order.
let roundingTolerance = 1e-13
