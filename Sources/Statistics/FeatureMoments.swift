/// The mean and the covariance of feature vectors, in float64.
public struct FeatureMoments: Equatable, Sendable {
  /// The mean of each feature.
  public let mean: [Double]
  /// The covariance, divided by n − 1 as NumPy's `cov` does.
  public let covariance: SymmetricMatrix

  /// Computes the moments of `features` (n, width), packed, of at least two vectors.
  public init(of features: [Float], width: Int) {
    precondition(features.count >= 2 * width && features.count % width == 0, "whole vectors")
    let count = Double(features.count / width)
    var mean = [Double](repeating: 0, count: width)
    var products = [Double](repeating: 0, count: width * width)
    features.withUnsafeBufferPointer { features in
      for start in stride(from: 0, to: features.count, by: width) {
        for column in 0..<width { mean[column] += Double(features[start + column]) }
      }
      for column in 0..<width { mean[column] /= count }
      var centred = [Double](repeating: 0, count: width)
      products.withUnsafeMutableBufferPointer { products in
        centred.withUnsafeMutableBufferPointer { centred in
          for start in stride(from: 0, to: features.count, by: width) {
            for column in 0..<width {
              centred[column] = Double(features[start + column]) - mean[column]
            }
            for row in 0..<width {
              for column in row..<width {
                products[row * width + column] += centred[row] * centred[column]
              }
            }
          }
        }
      }
    }
    self.mean = mean
    covariance = SymmetricMatrix(
      side: width,
      elements: (0..<width * width).map { index in
        let (row, column) = (index / width, index % width)
        return products[min(row, column) * width + max(row, column)] / (count - 1)
      })
  }

  /// Returns the Fréchet distance between the normal distributions with these moments, squared, as
  /// it is usually reported (Heusel et al.: "GANs trained by a two time-scale update rule converge
  /// to a local Nash equilibrium", 2017): |μ₁ − μ₂|² + tr(Σ₁ + Σ₂ − 2 (Σ₁^½ Σ₂ Σ₁^½)^½).
  ///
  /// - Throws: `SymmetricMatrix.NoSolution` for moments that are not finite.
  public func frechetDistance(to other: FeatureMoments) throws -> Double {
    let between = zip(mean, other.mean).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    let product = try covariance.squareRoot().sandwiching(other.covariance)
    let root = try product.eigen(vectors: false).values.reduce(0) { $0 + max(0, $1).squareRoot() }
    return between + covariance.trace + other.covariance.trace - 2 * root
  }
}
