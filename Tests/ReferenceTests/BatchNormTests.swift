import Testing

@testable import Reference

@Suite struct BatchNormTests {
  /// PyTorch 2: BatchNorm1d(2) in training on x = [[1, 10], [2, 30], [6, 20]].
  @Test func numbersOfPyTorch() {
    let norm = ReferenceBatchNorm(rows: 3, channels: 2, groups: 1)
    let x: [Double] = [1, 10, 2, 30, 6, 20]
    let statistics = norm.statistics(x)
    expectClose(statistics.means, [3, 20])
    expectClose(statistics.variances, [14.0 / 3, 200.0 / 3])
    let running = norm.running(means: [0, 0], variances: [1, 1], momentum: 0.1, statistics)
    expectClose(running.means, [0.3, 2])
    expectClose(running.variances, [0.9 + 0.7, 0.9 + 10])
    expectClose(
      x.indices.map { norm.normal(at: $0, x[$0], statistics) },
      [-0.925819107, -1.224744780, -0.462909554, 1.224744780, 1.388728661, 0])
  }

  /// The gradient of Σ dy · normalized x by differences.
  @Test func gradientIsTheDifferenceQuotient() {
    let norm = ReferenceBatchNorm(rows: 6, channels: 2, groups: 2)
    let x = (0..<12).map { Double(($0 * 7) % 11) }
    let dy = (0..<12).map { Double(($0 * 5) % 7) - 3 }
    func loss(_ x: [Double]) -> Double {
      let statistics = norm.statistics(x)
      return x.indices.reduce(0) { $0 + dy[$1] * norm.normal(at: $1, x[$1], statistics) }
    }
    let statistics = norm.statistics(x)
    let (sums, products) = norm.gradientSums(x, dy: dy, statistics)
    // For each group, the means of its two channels: of dy, then of the products.
    let means = [sums[0..<2], products[0..<2], sums[2..<4], products[2..<4]]
      .flatMap { channels in channels.map { $0 / 3 } }
    for element in x.indices {
      let quotient = [1e-5, -1e-5].map { step in
        var moved = x
        moved[element] += step
        return loss(moved)
      }
      let gradient = norm.backward(
        at: element, x: x[element], dy: dy[element], statistics, means: means)
      #expect(abs(gradient - (quotient[0] - quotient[1]) / 2e-5) < 1e-8)
    }
  }

  private func expectClose(
    _ numbers: [Double], _ expected: [Double], sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(numbers.count == expected.count, sourceLocation: sourceLocation)
    for (number, expected) in zip(numbers, expected) {
      #expect(abs(number - expected) < 1e-8, sourceLocation: sourceLocation)
    }
  }
}
