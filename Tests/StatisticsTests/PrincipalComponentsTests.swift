import Statistics
import Testing

@Suite struct PrincipalComponentsTests {
  /// The expected numbers are NumPy's: `numpy.linalg.eigh(numpy.cov(x.T))`.
  @Test func asNumPyComputesThem() throws {
    let components = try PrincipalComponents(
      of: [1, 2, 0, 2, 1, 1, 4, 0, -1, 3, 5, 2, 0, 3, 7], width: 3, count: 2)
    let expected = [
      [-0.34058909, 0.34216095, 0.87574252], [0.36278589, 0.90712555, -0.21332985],
    ]
    func isNear(_ first: [Double], _ second: [Double]) -> Bool {
      first.count == second.count && zip(first, second).allSatisfy { abs($0 - $1) < 1e-7 }
    }
    #expect(isNear(components.mean, [2, 2.2, 1.8]))
    #expect(zip(components.directions, expected).allSatisfy(isNear))
    #expect(isNear(components.variances, [12.25286532, 2.68278087]))
    #expect(isNear(components.shares, [0.77062046, 0.16872836]))
  }

  @Test func vectorsThatDoNotVary() throws {
    let components = try PrincipalComponents(of: [3, 4, 3, 4], width: 2, count: 2)
    #expect(components.shares == [0, 0])
    #expect(throws: SymmetricMatrix.NoSolution.self) {
      try PrincipalComponents(of: [3, .infinity, 3, 4], width: 2, count: 1)
    }
  }
}
