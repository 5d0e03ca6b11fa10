import Foundation
import Testing

@testable import Reference

struct CrossEntropyTests {
  let logits = normals(12, seed: 1).map { 3 * $0 }
  let labels: [UInt8] = [2, 0, 3]

  @Test func lossIsTheDefinition() {
    let losses = ReferenceCrossEntropy.losses(logits: logits, labels: labels, classes: 4)
    for row in 0..<3 {
      let powers = logits[4 * row..<4 * row + 4].map(exp)
      let definition = -log(powers[Int(labels[row])] / powers.reduce(0, +))
      #expect(abs(losses[row] - definition) < 1e-12)
    }
  }

  @Test func extremeLogitsStayFinite() {
    let losses = ReferenceCrossEntropy.losses(
      logits: [1000, 0, 1000, 0, 5, 5], labels: [0, 1, 1], classes: 2)
    #expect(losses.prefix(2) == [0, 1000] && abs(losses[2] - log(2)) < 1e-15)
  }

  @Test func gradientOfTheMean() {
    let truth = finiteDifferences(at: logits) {
      ReferenceCrossEntropy.losses(logits: $0, labels: labels, classes: 4).reduce(0, +) / 3
    }
    let gradient = ReferenceCrossEntropy.meanGradient(logits: logits, labels: labels, classes: 4)
    #expect(distance(gradient, truth) < gradientTolerance)
  }
}
