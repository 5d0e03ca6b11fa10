import Foundation
import Testing

@testable import Reference

struct ActivationTests {
  private static let all: [ReferenceActivation] = [
    .identity, .relu, .leakyReLU, .leaky(slope: 0.01), .tanh, .sigmoid,
  ]

  @Test(arguments: all)
  func gradient(activation: ReferenceActivation) {
    let x = normals(40, seed: 1)
    let dy = normals(40, seed: 2)
    // No point may be at a rectifier's kink.
    #expect(x.allSatisfy { abs($0) > 1e-3 })
    let dx = activation.backward(dy, output: activation.forward(x))
    let truth = finiteDifferences(at: x) { dot(dy, activation.forward($0)) }
    #expect(distance(dx, truth) < gradientTolerance)
  }

  @Test func valuesByHand() {
    #expect(ReferenceActivation.identity.forward([-3, 0, 2]) == [-3, 0, 2])
    #expect(ReferenceActivation.relu.forward([-3, 0, 2]) == [0, 0, 2])
    #expect(ReferenceActivation.leakyReLU.forward([-3, 0, 2]) == [-3 * 0.2, 0, 2])
    #expect(ReferenceActivation.tanh.forward([0, 1]) == [0, Foundation.tanh(1)])
    #expect(abs(ReferenceActivation.sigmoid.value(1) - 0.7310585786300049) < 1e-15)
  }

  @Test func sigmoidNeverOverflows() {
    #expect(ReferenceActivation.sigmoid.forward([-1000, 0, 1000]) == [0, 0.5, 1])
  }

  @Test func theKinkTakesTheLeftSlope() {
    #expect(ReferenceActivation.relu.derivative(output: 0) == 0)
    #expect(ReferenceActivation.leakyReLU.derivative(output: 0) == 0.2)
  }

  @Test func anActivationKeepsNaN() {
    for activation in Self.all {
      #expect(activation.value(.nan).isNaN)
    }
  }
}

struct SiLUTests {
  /// PyTorch 2: silu(1) and silu(−2).
  @Test func numbersOfPyTorch() {
    #expect(abs(ReferenceSiLU.value(1) - 0.7310585786300049) < 1e-15)
    #expect(abs(ReferenceSiLU.value(-2) + 0.2384058440442351) < 1e-15)
  }

  @Test func derivative() {
    let x = normals(40, seed: 1)
    let dx = x.map(ReferenceSiLU.derivative)
    let truth = finiteDifferences(at: x) { $0.map(ReferenceSiLU.value).reduce(0, +) }
    #expect(distance(dx, truth) < gradientTolerance)
  }
}
