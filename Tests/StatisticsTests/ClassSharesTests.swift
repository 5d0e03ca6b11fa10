import Foundation
import Testing

@testable import Statistics

@Suite struct ClassSharesTests {
  @Test func sharesAndConfidenceByHand() {
    // Odds of 3 to 1, twice for the first class and once for the second; equal odds count for the
    // first.
    let three = Float(log(3.0))
    let shares = ClassShares(logits: [three, 0, three, 0, 0, three, 1000, 1000], classes: 2)
    #expect(shares.shares == [0.75, 0.25])
    #expect(abs(shares.meanConfidence - (0.75 * 3 + 0.5) / 4) < 1e-7)
    #expect(abs(shares.entropy - (0.25 * log(4) + 0.75 * log(4.0 / 3))) < 1e-12)
    #expect(shares.coverage == 1)
  }

  /// A class counts from a tenth of an equal share: 5 % for two classes, 1 % for ten, 0.5 % for
  /// twenty.
  @Test(arguments: [(2, 50), (10, 10), (20, 5)])
  func aClassOfTooFewImagesIsNotCovered(classes: Int, least: Int) {
    func coverage(_ second: Int) -> Double {
      let logits = (0..<1000).flatMap { row in
        [row < second ? 0 : 1, row < second ? 1 : 0] + [Float](repeating: -1, count: classes - 2)
      }
      return ClassShares(logits: logits, classes: classes).coverage
    }
    #expect(coverage(least) == 2 / Double(classes))
    #expect(coverage(least - 1) == 1 / Double(classes))
  }

  @Test func oneClassHasNoEntropy() {
    let shares = ClassShares(logits: [0, 5, 0, 0, 7, 0], classes: 3)
    #expect(shares.entropy == 0)
    #expect(shares.coverage == 1.0 / 3)
  }
}
