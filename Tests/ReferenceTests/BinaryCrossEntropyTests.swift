import Foundation
import Testing

@testable import Reference

struct BinaryCrossEntropyTests {
  let logits = normals(12, seed: 1).map { 3 * $0 }
  let targets = normals(12, seed: 2).map { ReferenceActivation.sigmoid.value($0) }

  @Test func lossIsTheDefinition() {
    for (logit, target) in zip(logits, targets) {
      let probability = 1 / (1 + exp(-logit))
      let definition = -target * log(probability) - (1 - target) * log(1 - probability)
      let loss = ReferenceBinaryCrossEntropy.loss(logit: logit, target: target)
      #expect(abs(loss - definition) < 1e-12)
    }
  }

  @Test func extremeLogitsStayFinite() {
    #expect(ReferenceBinaryCrossEntropy.loss(logit: 1000, target: 1) == 0)
    #expect(ReferenceBinaryCrossEntropy.loss(logit: 1000, target: 0) == 1000)
    #expect(ReferenceBinaryCrossEntropy.loss(logit: -1000, target: 1) == 1000)
    #expect(ReferenceBinaryCrossEntropy.loss(logit: -1000, target: 0) == 0)
  }

  @Test func rowsAreSummedSeparately() {
    let rows = ReferenceBinaryCrossEntropy.rowSums(
      logits: [0, 0, 1000, 0], targets: [1, 0, 0, 1], features: 2)
    #expect(distance(rows, [2 * log(2), 1000 + log(2)]) < roundingTolerance)
  }

  @Test func gradientOfTheSum() {
    let truth = finiteDifferences(at: logits) { logits in
      ReferenceBinaryCrossEntropy.rowSums(logits: logits, targets: targets, features: 4)
        .reduce(0, +)
    }
    let gradient = ReferenceBinaryCrossEntropy.gradient(logits: logits, targets: targets)
    #expect(distance(gradient, truth) < gradientTolerance)
  }

  @Test(arguments: [0.0, 1.0])
  func gradientOfTheMean(target: Double) {
    let truth = finiteDifferences(at: logits) {
      ReferenceBinaryCrossEntropy.mean(logits: $0, target: target)
    }
    let gradient = ReferenceBinaryCrossEntropy.meanGradient(logits: logits, target: target)
    #expect(distance(gradient, truth) < gradientTolerance)
  }

  @Test func meanByHand() {
    #expect(ReferenceBinaryCrossEntropy.mean(logits: [1000, -1000], target: 1) == 500)
  }
}
