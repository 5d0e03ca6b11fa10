import Testing

@testable import Reference

struct NeighboursTests {
  @Test func normsByHand() {
    #expect(ReferenceNeighbours.halfNorms([3, 4, 0, 2], columns: 2) == [-12.5, -2])
  }

  @Test func theLargestDescendAndTheFirstOfEqualOnesComesFirst() {
    let (scores, places) = ReferenceNeighbours.largest(
      [1, 7, 3, 7, -1, -2, -1, -9], columns: 4, kept: 3)
    #expect(scores == [7, 7, 3, -1, -1, -2])
    #expect(places == [1, 3, 2, 0, 2, 1])
  }

  @Test func cubesByHand() {
    let sums = ReferenceNeighbours.cubedSums([2, 4, -2, 6], columns: 2, scale: 0.5)
    #expect(sums == [9, 26])
  }
}
