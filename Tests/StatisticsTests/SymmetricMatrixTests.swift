import Testing

@testable import Statistics

@Suite struct SymmetricMatrixTests {
  private let matrix = SymmetricMatrix(side: 3, elements: [4, 1, -2, 1, 3, 0.5, -2, 0.5, 5])

  private func distance(_ a: [Double], _ b: [Double]) -> Double {
    a.count == b.count ? zip(a, b).map { abs($0 - $1) }.max() ?? 0 : .infinity
  }

  @Test func eigenvaluesByHand() throws {
    let (values, vectors) = try SymmetricMatrix(side: 2, elements: [2, 1, 1, 2]).eigen(
      vectors: true)
    #expect(distance(values, [1, 3]) < 1e-14)
    #expect(abs(abs(vectors[0] + vectors[1]) + abs(vectors[2] - vectors[3])) < 1e-14)
  }

  @Test func aRootTimesItselfIsTheMatrix() throws {
    let root = try matrix.squareRoot()
    let identity = SymmetricMatrix(side: 3, elements: [1, 0, 0, 0, 1, 0, 0, 0, 1])
    #expect(distance(root.sandwiching(identity).elements, matrix.elements) < 1e-13)
    #expect(abs(matrix.trace - 12) < 1e-14)
  }

  @Test func sandwichByHand() {
    let diagonal = SymmetricMatrix(side: 2, elements: [2, 0, 0, 3])
    let other = SymmetricMatrix(side: 2, elements: [1, 5, 5, 7])
    #expect(diagonal.sandwiching(other).elements == [4, 30, 30, 63])
  }
}
