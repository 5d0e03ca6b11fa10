import Foundation

/// Adam (Kingma & Ba, 2015) with the semantics of PyTorch's `torch.optim.Adam`.
public struct ReferenceAdam: Sendable {
  /// The step size.
  public var learningRate: Double
  /// β₁, the decay rate of the first moments.
  public var beta1: Double
  /// β₂, the decay rate of the second moments.
  public var beta2: Double
  /// ε, added to the denominator after the bias correction, as PyTorch does.
  public var epsilon: Double

  /// Creates an optimizer with PyTorch's defaults.
  public init(
    learningRate: Double, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8
  ) {
    self.learningRate = learningRate
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
  }

  /// Performs one step on flat arrays of equal length.
  ///
  /// m = β₁ m + (1 - β₁) g, v = β₂ v + (1 - β₂) g²,
  /// p = p - lr (m / (1 - β₁ᵗ)) / (√(v / (1 - β₂ᵗ)) + ε).
  ///
  /// - Parameters:
  ///   - parameters: p.
  ///   - gradients: g.
  ///   - firstMoments: m.
  ///   - secondMoments: v.
  ///   - step: t, counted from 1.
  public func update(
    parameters: inout [Double], gradients: [Double], firstMoments: inout [Double],
    secondMoments: inout [Double], step: Int
  ) {
    precondition(step >= 1, "Adam counts its steps from 1, not from \(step)")
    precondition(
      [gradients.count, firstMoments.count, secondMoments.count]
        .allSatisfy { $0 == parameters.count }, "Adam's arrays differ in length")
    let correction1 = 1 - pow(beta1, Double(step))
    let correction2 = 1 - pow(beta2, Double(step))
    for index in parameters.indices {
      let gradient = gradients[index]
      let first = beta1 * firstMoments[index] + (1 - beta1) * gradient
      let second = beta2 * secondMoments[index] + (1 - beta2) * gradient * gradient
      firstMoments[index] = first
      secondMoments[index] = second
      let denominator = (second / correction2).squareRoot() + epsilon
      parameters[index] -= learningRate * (first / correction1) / denominator
    }
  }
}
