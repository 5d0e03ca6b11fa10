import GPUTensor

/// A parameter of a layer: its shape on the device, its shape in PyTorch and its first values.
public struct ParameterSpec: Sendable, Equatable {
  /// Its name, below the layer's.
  public let name: String
  /// The axes of the array on the device, outermost first.
  public let axes: [Int]
  /// The device's axes in the order in which PyTorch has them.
  public let torchOrder: [Int]
  /// The shape in PyTorch, where neighbouring axes may be one.
  public let torchShape: [Int]
  /// First values are drawn from U(−bound, bound) with bound = 1/√fan_in.
  public let bound: Float

  public init(_ name: String, axes: [Int], torchOrder: [Int], torchShape: [Int], fanIn: Int) {
    self.name = name
    self.axes = axes
    self.torchOrder = torchOrder
    self.torchShape = torchShape
    bound = Float(1 / Double(fanIn).squareRoot())
  }

  /// The number of elements.
  public var count: Int { axes.reduce(1, *) }

  /// The elements in PyTorch's order, from those in the device's.
  package func torchElements(_ device: [Float]) -> [Float] {
    deviceIndices().map { device[$0] }
  }

  /// The elements in the device's order, from those in PyTorch's.
  package func deviceElements(_ torch: [Float]) -> [Float] {
    var device = [Float](repeating: 0, count: count)
    for (element, index) in zip(torch, deviceIndices()) { device[index] = element }
    return device
  }

  /// Where on the device each element lies, in PyTorch's order.
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
