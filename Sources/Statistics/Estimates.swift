import Foundation

/// A mean of independent estimates, and how sure it is.
public struct MeanEstimate: Equatable, Sendable {
  /// The mean.
  public let mean: Double
  /// Its standard error: the estimates' standard deviation by the root of their number.
  public let standardError: Double

  /// The mean of at least two estimates.
  public init(of estimates: [Double]) {
    precondition(estimates.count > 1, "an error needs two estimates")
    let count = Double(estimates.count)
    let mean = estimates.reduce(0, +) / count
    let variance = estimates.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)
    self.mean = mean
    standardError = (variance / count).squareRoot()
  }
}

/// log of the mean of exp of `values`, of which there is at least one, without overflow.
public func logMeanExp(_ values: [Double]) -> Double {
  let largest = values.max() ?? 0
  guard largest.isFinite else { return largest }
  return largest + log(values.reduce(0) { $0 + exp($1 - largest) } / Double(values.count))
}

/// The variance, divided by n − 1, of each column of `values` (n, columns), packed, of at least two rows.
public func columnVariances(_ values: [Float], columns: Int) -> [Double] {
  let covariance = FeatureMoments(of: values, width: columns).covariance
  return (0..<columns).map { covariance.elements[$0 * (columns + 1)] }
}
