import GPUTensor

/// A layer that works on each element alone; it runs in the epilogue of the layer before it.
public protocol ActivationLayer: Layer {
  /// The function that it applies.
  var activation: Activation { get }
}

extension ActivationLayer {
  public func outputShape(for input: Shape) -> Shape { input }
}

/// max(x, 0).
public struct ReLU: ActivationLayer {
  public let activation = Activation.relu
  /// The layer.
  public init() {}
}

/// The logistic function, 1 / (1 + exp −x).
public struct Sigmoid: ActivationLayer {
  public let activation = Activation.sigmoid
  /// The layer.
  public init() {}
}
