import Testing

@testable import Reference

struct LinearTests {
  let batch = 3
  let inputs = 4
  let outputs = 5
  let x = normals(12, seed: 1)
  let weight = normals(20, seed: 2)
  let bias = normals(5, seed: 3)
  let dy = normals(15, seed: 4)

  func loss(_ x: [Double], _ weight: [Double], _ bias: [Double]) -> Double {
    dot(
      dy,
      ReferenceLinear.forward(
        x, weight: weight, bias: bias, batch: batch, inputs: inputs, outputs: outputs))
  }

  @Test func forwardByHand() {
    let y = ReferenceLinear.forward(
      [1, 2], weight: [1, 2, 3, 4, 5, 6], bias: [10, 20, 30], batch: 1, inputs: 2, outputs: 3)
    #expect(y == [19, 32, 45])
  }

  @Test func inputGradient() {
    let dx = ReferenceLinear.backwardInput(
      dy, weight: weight, batch: batch, inputs: inputs, outputs: outputs)
    let truth = finiteDifferences(at: x) { loss($0, weight, bias) }
    #expect(distance(dx, truth) < gradientTolerance)
  }

  @Test func weightGradient() {
    let dw = ReferenceLinear.backwardWeight(
      x, dy, batch: batch, inputs: inputs, outputs: outputs)
    let truth = finiteDifferences(at: weight) { loss(x, $0, bias) }
    #expect(distance(dw, truth) < gradientTolerance)
  }

  @Test func biasGradient() {
    let db = ReferenceLinear.backwardBias(dy, outputs: outputs)
    let truth = finiteDifferences(at: bias) { loss(x, weight, $0) }
    #expect(distance(db, truth) < gradientTolerance)
  }
}
