import Foundation

/// Adam's settings: PyTorch's defaults, except for the rate (paper, section 3).
public struct AdamSettings: Sendable, Equatable {
  /// The learning rate.
  public var learningRate: Double
  /// β₁, the decay rate of the first moments, which are means of gradients.
  public var beta1: Double
  /// β₂, the decay rate of the second moments, which are means of their squares.
  public var beta2: Double
  /// ε, which keeps the quotient finite.
  public var epsilon: Double

  /// Creates settings with PyTorch's defaults.
  public init(
    learningRate: Double, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8
  ) {
    self.learningRate = learningRate
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
  }

  /// Logarithms, computed in double precision, from which the kernel computes the corrections 1 −
  /// βᵗ without cancellation.
  var logBeta1: Float { Float(log(beta1)) }
  var logBeta2: Float { Float(log(beta2)) }
}

/// The division of a flat array of parameters among Adam's work-groups.
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

/// Flat arrays of equal length that Adam updates.
public struct AdamTensors {
  /// The parameters, and the gradients of the loss.
  public let parameters, gradients: Tensor
  /// Adam's means of gradients and of squared gradients.
  public let firstMoments, secondMoments: Tensor

  /// Creates a set of arrays with the same number of elements.
  public init(
    parameters: Tensor, gradients: Tensor, firstMoments: Tensor, secondMoments: Tensor
  ) {
    self.parameters = parameters
    self.gradients = gradients
    self.firstMoments = firstMoments
    self.secondMoments = secondMoments
  }

  /// Returns the number of elements in each partial sum of the norms.
  package func elementsPerNorm(on device: Device) -> Int {
    let range = AdamRange(parameters.count, on: device)
    return range.group * range.flat.floatsPerItem
  }
}

extension CommandList {
  /// Appends one step of Adam over a flat array of parameters (`kernels/common/adam.cl`).
  ///
  /// Shapes: norms (2, n), from `Meter.norms`. It receives the partial sums of squared gradients
  /// and of squared new parameters.
  public func adam(
    _ label: String, _ settings: AdamSettings, state: StepState, _ tensors: AdamTensors,
    norms: Tensor
  ) {
    let count = tensors.parameters.count
    let range = AdamRange(count, on: context.device)
    precondition(range.groups <= norms.columns, "the norms have a place for each group")
    record(label, .adam(settings, state, tensors, norms: norms)) {
      append(
        label, range.flat.variant("adam.cl", "adam").adding(["GROUP": "\(range.group)"]),
        over: .items([range.groups * range.group], group: [range.group]),
        // Gradients are read; parameters and moments are read and written.
        cost: LaunchCost(flops: 18 * count, bytes: 28 * count),
        [
          .uint(UInt32(count)), .float(Float(settings.learningRate)),
          .float(Float(settings.beta1)), .float(Float(1 - settings.beta1)),
          .float(Float(settings.beta2)), .float(Float(1 - settings.beta2)),
          .float(Float(settings.epsilon)), .tensor(state.tensor), .tensor(tensors.gradients),
          .tensor(tensors.firstMoments), .tensor(tensors.secondMoments),
          .tensor(tensors.parameters), .uint(UInt32(norms.columns)), .tensor(norms),
        ])
    }
  }
}
