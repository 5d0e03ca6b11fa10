import CLAPACK

/// A symmetric matrix in float64: side × side elements, row by row.
public struct SymmetricMatrix: Equatable, Sendable {
  /// The number of rows and of columns.
  public let side: Int
  /// The elements, row by row.
  public var elements: [Double]

  /// Makes a matrix from its elements, which must be symmetric.
  public init(side: Int, elements: [Double]) {
    precondition(elements.count == side * side, "\(elements.count) elements, not \(side)²")
    self.side = side
    self.elements = elements
  }

  /// The sum of the diagonal.
  public var trace: Double { (0..<side).reduce(0) { $0 + elements[$1 * (side + 1)] } }

  /// LAPACK cannot solve the eigenvalue problem, because an element is not finite.
  public struct NoSolution: Error, CustomStringConvertible {
    /// One line.
    public let description = "the covariance of the features has no eigenvalues: it is not finite"
  }

  /// Returns the eigenvalues in ascending order and, if `vectors` is true, the eigenvectors, one
  /// per row. Uses LAPACK's DSYEVD.
  ///
  /// - Throws: `NoSolution`.
  package func eigen(vectors: Bool) throws -> (values: [Double], vectors: [Double]) {
    guard elements.allSatisfy(\.isFinite) else { throw NoSolution() }
    var vectorElements = elements
    var values = [Double](repeating: 0, count: side)
    let order = Int32(side)
    // LAPACK is column-major, so an eigenvector's elements are contiguous.
    let status = LAPACKE_dsyevd(
      LAPACK_COL_MAJOR, vectors ? CChar(UInt8(ascii: "V")) : CChar(UInt8(ascii: "N")),
      CChar(UInt8(ascii: "U")), order, &vectorElements, order, &values)
    guard status == 0 else { throw NoSolution() }
    return (values, vectors ? vectorElements : [])
  }

  /// Returns the square root of a positive semidefinite matrix. Eigenvalues that are negative, by
  /// rounding, count as 0.
  ///
  /// - Throws: `NoSolution`.
  func squareRoot() throws -> SymmetricMatrix {
    let (values, vectors) = try eigen(vectors: true)
    let scaled = (0..<side * side).map { vectors[$0] * max(0, values[$0 / side]).squareRoot() }
    return SymmetricMatrix(side: side, elements: multiply(transposing: vectors, by: scaled))
  }

  /// Returns self · other · self.
  func sandwiching(_ other: SymmetricMatrix) -> SymmetricMatrix {
    // All factors are symmetric, so each equals its transpose.
    let half = multiply(transposing: other.elements, by: elements)
    return SymmetricMatrix(side: side, elements: multiply(transposing: elements, by: half))
  }

  /// Returns aᵀ b for matrices of this size.
  private func multiply(transposing a: [Double], by b: [Double]) -> [Double] {
    var product = [Double](repeating: 0, count: side * side)
    for inner in 0..<side {
      for row in 0..<side {
        let factor = a[inner * side + row]
        for column in 0..<side {
          product[row * side + column] += factor * b[inner * side + column]
        }
      }
    }
    return product
  }
}
