import CLAPACK

/// A symmetric matrix in float64: side × side elements, row by row.
public struct SymmetricMatrix: Equatable, Sendable {
  /// Rows, and columns.
  public let side: Int
  /// The elements, row by row.
  public var elements: [Double]

  /// A matrix of these elements, whose two halves agree.
  public init(side: Int, elements: [Double]) {
    precondition(elements.count == side * side, "\(elements.count) elements, not \(side)²")
    self.side = side
    self.elements = elements
  }

  /// The sum of the diagonal.
  public var trace: Double { (0..<side).reduce(0) { $0 + elements[$1 * (side + 1)] } }

  /// An eigenvalue problem that LAPACK does not solve: an element that is not finite.
  public struct NoSolution: Error, CustomStringConvertible {
    /// One line.
    public let description = "the covariance of the features has no eigenvalues: it is not finite"
  }

  /// The eigenvalues, ascending, and where `vectors` are wanted the eigenvectors, one a row: LAPACK's DSYEVD.
  ///
  /// - Throws: `NoSolution`.
  func eigen(vectors: Bool) throws -> (values: [Double], vectors: [Double]) {
    guard elements.allSatisfy(\.isFinite) else { throw NoSolution() }
    var vectorElements = elements
    var values = [Double](repeating: 0, count: side)
    let order = Int32(side)
    // Column by column: an eigenvector's elements then follow each other.
    let status = LAPACKE_dsyevd(
      LAPACK_COL_MAJOR, vectors ? CChar(UInt8(ascii: "V")) : CChar(UInt8(ascii: "N")),
      CChar(UInt8(ascii: "U")), order, &vectorElements, order, &values)
    guard status == 0 else { throw NoSolution() }
    return (values, vectors ? vectorElements : [])
  }

  /// The square root of a matrix without negative eigenvalues; those that rounding made negative count as 0.
  ///
  /// - Throws: `NoSolution`.
  func squareRoot() throws -> SymmetricMatrix {
    let (values, vectors) = try eigen(vectors: true)
    let scaled = (0..<side * side).map { vectors[$0] * max(0, values[$0 / side]).squareRoot() }
    return SymmetricMatrix(side: side, elements: multiply(transposing: vectors, by: scaled))
  }

  /// self · other · self.
  func sandwiching(_ other: SymmetricMatrix) -> SymmetricMatrix {
    // All are symmetric, so that each may stand for its transpose.
    let half = multiply(transposing: other.elements, by: elements)
    return SymmetricMatrix(side: side, elements: multiply(transposing: elements, by: half))
  }

  /// aᵀ b of matrices as large as this one.
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
