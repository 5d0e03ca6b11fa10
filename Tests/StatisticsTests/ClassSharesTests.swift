import Foundation
import Testing

@testable import Statistics

@Suite struct ClassSharesTests {
  @Test func sharesAndConfidenceByHand() {
    // Odds of 3 to 1, twice for the first class and once for the second; no odds at all counts for the first.
    let three = Float(log(3.0))
    let shares = ClassShares(logits: [three, 0, three, 0, 0, three, 1000, 1000], classes: 2)
    #expect(shares.shares == [0.75, 0.25])
    #expect(abs(shares.meanConfidence - (0.75 * 3 + 0.5) / 4) < 1e-7)
    #expect(abs(shares.entropy - (0.25 * log(4) + 0.75 * log(4.0 / 3))) < 1e-12)
    #expect(shares.coverage == 1)
  }

  @Test func aClassOfTooFewImagesIsNotCovered() {
    func coverage(_ second: Int) -> Double {
      ClassShares(
        logits: (0..<1000).flatMap { $0 < second ? [Float(0), 1] : [1, 0] }, classes: 2
      ).coverage
    }
    #expect(coverage(10) == 1)
    #expect(coverage(9) == 0.5)
  }

  @Test func oneClassHasNoEntropy() {
    let shares = ClassShares(logits: [0, 5, 0, 0, 7, 0], classes: 3)
    #expect(shares.entropy == 0)
    #expect(shares.coverage == 1.0 / 3)
  }
}
