import Foundation

/// Adam's settings: PyTorch's defaults, except for the rate (paper, section 3).
public struct AdamSettings: Sendable, Equatable {
  /// The learning rate.
  public var learningRate: Double
  /// β₁, the decay rate of the first moments, which are means of gradients.
  public var beta1: Double
  /// β₂, the decay rate of the second moments, which are means of their squares.
  public var beta2: Double
  /// The term that keeps the quotient finite.
  public var epsilon: Double

  /// Settings with PyTorch's defaults.
  public init(
    learningRate: Double, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8
  ) {
    self.learningRate = learningRate
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
  }

  /// Logarithms in double precision: the corrections 1 − βᵗ are made of them without cancellation.
  var logBeta1: Float { Float(log(beta1)) }
  var logBeta2: Float { Float(log(beta2)) }
}

/// The division of a flat array of parameters among Adam's work-items.
struct AdamRange {
  let flat: FlatRange
  /// Work-items per group; each group writes one partial sum of each norm.
  let group: Int

  init(_ count: Int, on device: Device) {
    flat = FlatRange(count, lanesDividing: count, on: device)
    group = device.sharingGroup
  }

  var groups: Int { ceilDivide(flat.global[0], group) }
}

extension CommandList {
  /// Appends one step of Adam over a flat array of parameters (`kernels/common/adam.cl`).
  ///
  /// All tensors have the same number of elements, except `norms`: (2, n), the partial sums of
  /// squared gradients and of squared new parameters, as `Meter.norms` returns it.
  public func adam(
    _ label: String, _ settings: AdamSettings, state: StepState, gradient: Tensor,
    firstMoment: Tensor, secondMoment: Tensor, parameters: Tensor, norms: Tensor
  ) {
    let count = parameters.count
    let range = AdamRange(count, on: context.device)
    precondition(range.groups <= norms.columns, "the norms have a place for each group")
    append(
      label, range.flat.variant("adam.cl", "adam").adding(["GROUP": "\(range.group)"]),
      global: [range.groups * range.group], local: [range.group],
      // Gradients are read; parameters and moments are read and written.
      flops: 18 * count, bytes: 28 * count,
      .uint(UInt32(count)), .float(Float(settings.learningRate)),
      .float(Float(settings.beta1)), .float(Float(1 - settings.beta1)),
      .float(Float(settings.beta2)), .float(Float(1 - settings.beta2)),
      .float(Float(settings.epsilon)), .tensor(state.tensor), .tensor(gradient),
      .tensor(firstMoment), .tensor(secondMoment), .tensor(parameters),
      .uint(UInt32(norms.columns)), .tensor(norms))
  }
}
