/// The directions in which vectors vary most (Pearson: "On lines and planes of closest fit to
/// systems of points in space", 1901), in float64.
public struct PrincipalComponents: Equatable, Sendable {
  /// The mean of the vectors, (width).
  public let mean: [Double]
  /// The directions, of length 1 and orthogonal, that of the largest variance first. The element of
  /// the largest magnitude of each is positive.
  public let directions: [[Double]]
  /// The variance along each direction, divided by n − 1.
  public let variances: [Double]
  /// The share of each direction in the sum of all variances; 0 if all vectors are the same.
  public let shares: [Double]

  /// Computes the first `count` components of `vectors` (n, width), packed, of at least two vectors
  /// and at least `count` elements each.
  ///
  /// - Throws: `SymmetricMatrix.NoSolution` for vectors that are not finite.
  public init(of vectors: [Float], width: Int, count: Int) throws {
    precondition((1...width).contains(count), "\(count) components of \(width) elements")
    let moments = FeatureMoments(of: vectors, width: width)
    let (values, rows) = try moments.covariance.eigen(vectors: true)
    let total = values.reduce(0, +)
    mean = moments.mean
    // LAPACK's eigenvalues ascend.
    let chosen = (0..<count).map { width - 1 - $0 }
    directions = chosen.map { row in
      let direction = rows[row * width..<(row + 1) * width]
      let largest = direction.max { abs($0) < abs($1) } ?? 0
      return direction.map { largest < 0 ? -$0 : $0 }
    }
    // A negative variance is 0, by rounding.
    let variances = chosen.map { max(0, values[$0]) }
    self.variances = variances
    shares = variances.map { total > 0 ? $0 / total : 0 }
  }
}
