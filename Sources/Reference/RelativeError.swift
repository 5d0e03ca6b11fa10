/// Returns ‖actual - expected‖ / ‖expected‖ in the Euclidean norm, computed in float64.
///
/// The result is infinite if the lengths differ or any number is not finite, so that a comparison
/// with a tolerance fails. If all expected values are zero, it is 0 if all actual values are, else
/// infinite.
public func relativeError(_ actual: [Float], _ expected: [Double]) -> Double {
  guard actual.count == expected.count else { return .infinity }
  var difference = 0.0
  var norm = 0.0
  for (value, truth) in zip(actual, expected) {
    difference += (Double(value) - truth) * (Double(value) - truth)
    norm += truth * truth
  }
  guard difference.isFinite, norm.isFinite else { return .infinity }
  if difference == 0 { return 0 }
  return norm > 0 ? (difference / norm).squareRoot() : .infinity
}
