import Statistics
import Testing

@Suite struct StandardNormalTests {
  /// The expected numbers are those of Python's `statistics.NormalDist().inv_cdf`.
  @Test func quantiles() {
    let expected = [
      (0.5, 0), (0.975, 1.9599639845400536), (0.025, -1.9599639845400538),
      (0.99, 2.3263478740408408), (0.3, -0.5244005127080407), (1e-10, -6.361340902404056),
    ]
    for (probability, x) in expected {
      #expect(abs(StandardNormal.quantile(probability) - x) < 1e-12)
    }
    #expect(StandardNormal.probability(below: 0) == 0.5)
  }
}
