import GPUTensor

/// The distribution of a parameter's initial values.
public enum InitialValues: Sendable, Equatable {
  /// Uniform in [−bound, bound).
  case uniform(bound: Float)
  /// Normal.
  case normal(mean: Float, deviation: Float)
  /// The same number for each element.
  case constant(Float)
}

/// The distribution from which a network's weights are drawn. Biases are always drawn as PyTorch
/// draws them.
public enum InitialWeights: Sendable, Equatable {
  /// PyTorch's default: U(−1/√fan_in, 1/√fan_in); 1 for those of batch normalization.
  case torch
  /// Normal with this deviation, and a mean of 0, or of 1 for batch normalization (Radford et al.:
  /// "Unsupervised representation learning with deep convolutional generative adversarial
  /// networks", 2016, with 0.02).
  case normal(deviation: Double)

  /// Checks that the deviation is a positive number.
  ///
  /// - Throws: `LayerError`.
  func check() throws(LayerError) {
    guard case .normal(let deviation) = self, !(deviation > 0 && deviation.isFinite) else { return }
    throw LayerError(
      layer: "the network",
      reason: "has initial weights with a deviation of \(deviation), not a positive number")
  }

  /// Returns the distribution of a parameter.
  func values(of spec: ParameterSpec) -> InitialValues {
    guard case .normal(let deviation) = self, spec.name == "weight" else { return spec.initially }
    return .normal(mean: spec.initially == .constant(1) ? 1 : 0, deviation: Float(deviation))
  }
}

/// The description of a layer's parameter: its shapes on the device and in PyTorch, and the
/// distribution of its initial values.
///
/// ```swift
/// ParameterSpec(
///   "weight", axes: [inputs, outputs], torchOrder: [1, 0], torchShape: [outputs, inputs],
///   fanIn: inputs)
/// ```
public struct ParameterSpec: Sendable, Equatable {
  /// Its name in the layer, such as `weight`.
  public let name: String
  /// The shape on the device, outermost axis first.
  public let axes: [Int]
  /// The device's axes in PyTorch's order.
  public let torchOrder: [Int]
  /// The shape in PyTorch, which may merge neighbouring axes.
  public let torchShape: [Int]
  /// The distribution of the initial values.
  public internal(set) var initially: InitialValues

  /// Creates a parameter with initial values from U(−1/√fan_in, 1/√fan_in), as PyTorch draws them
  /// by default. `fanIn` is the number of inputs that an output depends on.
  public init(_ name: String, axes: [Int], torchOrder: [Int], torchShape: [Int], fanIn: Int) {
    self.init(
      name, axes: axes, torchOrder: torchOrder, torchShape: torchShape,
      initially: .uniform(bound: Float(1 / Double(fanIn).squareRoot())))
  }

  /// Creates a parameter with initial values of any distribution.
  public init(
    _ name: String, axes: [Int], torchOrder: [Int], torchShape: [Int], initially: InitialValues
  ) {
    self.name = name
    self.axes = axes
    self.torchOrder = torchOrder
    self.torchShape = torchShape
    self.initially = initially
  }

  /// The number of elements.
  public var count: Int { axes.reduce(1, *) }

  /// Converts elements from the device's order to PyTorch's.
  package func torchElements(_ device: [Float]) -> [Float] {
    var torch: [Float] = []
    torch.reserveCapacity(count)
    forEachDeviceIndex { torch.append(device[$0]) }
    return torch
  }

  /// Converts elements from PyTorch's order to the device's.
  package func deviceElements(_ torch: [Float]) -> [Float] {
    var device = [Float](repeating: 0, count: count)
    var element = 0
    forEachDeviceIndex { index in
      device[index] = torch[element]
      element += 1
    }
    return device
  }

  /// Calls `body` with the index on the device of each element, in PyTorch's order.
  private func forEachDeviceIndex(_ body: (Int) -> Void) {
    var strides = [Int](repeating: 1, count: axes.count)
    for axis in axes.indices.dropLast().reversed() {
      strides[axis] = strides[axis + 1] * axes[axis + 1]
    }
    guard let last = torchOrder.last else { return body(0) }
    // Where the elements along the last axis begin.
    let starts = torchOrder.dropLast().reduce([0]) { offsets, axis in
      offsets.flatMap { offset in (0..<axes[axis]).map { offset + $0 * strides[axis] } }
    }
    let (length, stride) = (axes[last], strides[last])
    for start in starts {
      for place in 0..<length { body(start + place * stride) }
    }
  }
}
