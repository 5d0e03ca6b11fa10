import GPUTensor

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
  /// The bound of initial values, which are drawn from U(−bound, bound): 1/√fan_in.
  public let bound: Float

  /// Creates a parameter. `fanIn` is the number of inputs that an output depends on.
  public init(_ name: String, axes: [Int], torchOrder: [Int], torchShape: [Int], fanIn: Int) {
    self.name = name
    self.axes = axes
    self.torchOrder = torchOrder
    self.torchShape = torchShape
    bound = Float(1 / Double(fanIn).squareRoot())
  }

  /// The number of elements.
  public var count: Int { axes.reduce(1, *) }

  /// Converts elements from the device's order to PyTorch's.
  package func torchElements(_ device: [Float]) -> [Float] {
    deviceIndices().map { device[$0] }
  }

  /// Converts elements from PyTorch's order to the device's.
  package func deviceElements(_ torch: [Float]) -> [Float] {
    var device = [Float](repeating: 0, count: count)
    for (element, index) in zip(torch, deviceIndices()) { device[index] = element }
    return device
  }

  /// Returns the index on the device of each element, in PyTorch's order.
  private func deviceIndices() -> [Int] {
    var strides = [Int](repeating: 1, count: axes.count)
    for axis in axes.indices.dropLast().reversed() {
      strides[axis] = strides[axis + 1] * axes[axis + 1]
    }
    return torchOrder.reduce([0]) { offsets, axis in
      offsets.flatMap { offset in (0..<axes[axis]).map { offset + $0 * strides[axis] } }
    }
  }
}
