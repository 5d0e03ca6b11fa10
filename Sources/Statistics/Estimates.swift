import Foundation

/// The mean of independent estimates, and its uncertainty.
public struct MeanEstimate: Equatable, Sendable {
  /// The mean.
  public let mean: Double
  /// The standard error of the mean: the estimates' standard deviation over the square root of
  /// their number.
  public let standardError: Double

  /// Computes the mean of at least two estimates.
  public init(of estimates: [Double]) {
    precondition(estimates.count > 1, "an error needs two estimates")
    let count = Double(estimates.count)
    let mean = estimates.reduce(0, +) / count
    let variance = estimates.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)
    self.mean = mean
    standardError = (variance / count).squareRoot()
  }
}

/// Returns log(mean(exp(values))) without overflow. `values` must not be empty.
public func logMeanExp(_ values: [Double]) -> Double {
  let largest = values.max() ?? 0
  guard largest.isFinite else { return largest }
  return largest + log(values.reduce(0) { $0 + exp($1 - largest) } / Double(values.count))
}

/// Returns the variance, divided by n − 1, of each column of `values` (n, columns), packed, with at
/// least two rows.
public func columnVariances(_ values: [Float], columns: Int) -> [Double] {
  let covariance = FeatureMoments(of: values, width: columns).covariance
  return (0..<columns).map { covariance.elements[$0 * (columns + 1)] }
}
