import Testing

@testable import Statistics

@Suite struct FeatureMomentsTests {
  /// Returns `count` reproducible vectors of three.
  private func vectors(_ count: Int, _ offset: Int) -> [Float] {
    (0..<3 * count).map { Float(($0 * $0 * 7 + $0 * offset) % 31) / 8 }
  }

  @Test func momentsByHand() {
    let moments = FeatureMoments(of: [1, 10, 3, 10, 5, 13], width: 2)
    #expect(moments.mean == [3, 11])
    #expect(moments.covariance.elements == [4, 3, 3, 3])
    #expect(columnVariances([1, 10, 3, 10, 5, 13], columns: 2) == [4, 3])
  }

  @Test func frechetDistanceIsSciPys() throws {
    let (a, b) = (vectors(12, 5), vectors(9, 11))
    let (first, second) = (FeatureMoments(of: a, width: 3), FeatureMoments(of: b, width: 3))
    // From numpy.cov and scipy.linalg.sqrtm for the same vectors.
    #expect(abs(try first.frechetDistance(to: second) - 0.5384302212279) < 1e-10)
    #expect(abs(try second.frechetDistance(to: first) - 0.5384302212279) < 1e-10)
    #expect(abs(try first.frechetDistance(to: first)) < 1e-10)
  }

  @Test func aShiftCountsAsItsSquare() throws {
    let a = vectors(12, 5)
    let moved = a.enumerated().map { $0 % 3 == 1 ? $1 + 2 : $1 }
    let distance = try FeatureMoments(of: a, width: 3)
      .frechetDistance(to: FeatureMoments(of: moved, width: 3))
    #expect(abs(distance - 4) < 1e-10)
  }

  @Test func constantFeaturesAreAccepted() throws {
    let still = FeatureMoments(of: [1, 0, 1, 0, 1, 0], width: 2)
    let other = FeatureMoments(of: [1, 0, 1, 2, 1, 4], width: 2)
    // The variance of the second feature is 4, its mean 2.
    #expect(abs(try still.frechetDistance(to: other) - 8) < 1e-10)
  }

  @Test func nonFiniteNumbersAreRefused() {
    let moments = FeatureMoments(of: [1, .nan, 2, 3], width: 2)
    #expect(throws: SymmetricMatrix.NoSolution.self) { try moments.frechetDistance(to: moments) }
  }
}
