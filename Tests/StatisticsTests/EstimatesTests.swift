import Foundation
import Statistics
import Testing

@Suite struct EstimatesTests {
  @Test func anErrorByHand() {
    let estimate = MeanEstimate(of: [1, 2, 3, 6])
    #expect(estimate.mean == 3)
    #expect(abs(estimate.standardError - (14.0 / 3 / 4).squareRoot()) < 1e-15)
  }

  @Test func meansOfAnyExponentialsAreFinite() {
    #expect(abs(logMeanExp([log(1), log(3)]) - log(2)) < 1e-15)
    #expect(abs(logMeanExp([-1e5, -1e5 + log(3)]) - (-1e5 + log(2))) < 1e-9)
    #expect(logMeanExp([1e5, -1e5]) == 1e5 - log(2))
    #expect(logMeanExp([-.infinity]) == -.infinity)
  }
}
