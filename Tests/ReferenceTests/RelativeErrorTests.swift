import Testing

@testable import Reference

struct RelativeErrorTests {
  @Test func relativeNorm() {
    #expect(relativeError([3, 4], [3, 4]) == 0)
    #expect(abs(relativeError([3, 4.5], [3, 4]) - 0.1) < 1e-15)
  }

  @Test func anInvalidComparisonIsInfinite() {
    #expect(relativeError([1], [1, 2]) == .infinity)
    #expect(relativeError([1, .nan], [1, 2]) == .infinity)
    #expect(relativeError([1, 2], [1, .nan]) == .infinity)
    #expect(relativeError([.infinity], [.infinity]) == .infinity)
  }

  @Test func againstZeros() {
    #expect(relativeError([0, 0], [0, 0]) == 0)
    #expect(relativeError([0, 1e-20], [0, 0]) == .infinity)
    #expect(relativeError([], []) == 0)
  }
}
