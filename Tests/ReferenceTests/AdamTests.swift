import Foundation
import Testing

@testable import Reference

struct AdamTests {
  let adam = ReferenceAdam(learningRate: 0.1)

  /// Step 1 moves by lr g / (|g| + ε), whatever the decay rates.
  @Test func firstStep() {
    var p: [Double] = [1, 1, 1]
    var m: [Double] = [0, 0, 0]
    var v: [Double] = [0, 0, 0]
    adam.update(
      parameters: &p, gradients: [2, -0.5, 0], firstMoments: &m, secondMoments: &v, step: 1)
    #expect(distance(p, [1 - 0.1 * 2 / (2 + 1e-8), 1 + 0.1 * 0.5 / (0.5 + 1e-8), 1]) < 1e-14)
    #expect(distance(m, [0.2, -0.05, 0]) < 1e-14)
    #expect(distance(v, [0.004, 0.00025, 0]) < 1e-13)
  }

  /// g = 1, then 3: m = 0.39, v = 0.009999 before correction by 0.19 and 0.001999.
  @Test func secondStep() {
    var p: [Double] = [0]
    var m: [Double] = [0]
    var v: [Double] = [0]
    for (step, gradient) in [(1, 1.0), (2, 3.0)] {
      adam.update(
        parameters: &p, gradients: [gradient], firstMoments: &m, secondMoments: &v, step: step)
    }
    #expect(abs(m[0] - 0.39) < 1e-15)
    #expect(abs(v[0] - 0.009999) < 1e-16)
    let first = -0.1 / (1 + 1e-8)
    let second = -0.1 * (0.39 / 0.19) / (sqrt(0.009999 / 0.001999) + 1e-8)
    #expect(abs(p[0] - (first + second)) < 1e-13)
  }

  @Test func epsilonIsAddedToTheCorrectedRoot() {
    let blunt = ReferenceAdam(learningRate: 1, beta1: 0.5, beta2: 0.75, epsilon: 1)
    var p: [Double] = [0]
    var m: [Double] = [0]
    var v: [Double] = [0]
    blunt.update(parameters: &p, gradients: [4], firstMoments: &m, secondMoments: &v, step: 1)
    #expect(p == [-0.8])
  }
}
