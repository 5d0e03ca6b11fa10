import GPUTensor

/// A layer that applies a function to each element. It runs in the epilogue of the layer before it.
public protocol ActivationLayer: Layer {
  /// The function that it applies.
  var activation: Activation { get }
}

extension ActivationLayer {
  public var kind: LayerKind { .activation(activation) }

  public func outputShape(for input: Shape) -> Shape { input }
}

/// The rectifier, max(x, 0).
public struct ReLU: ActivationLayer {
  public let activation = Activation.relu
  /// Creates the layer.
  public init() {}
}

/// The logistic function, 1 / (1 + exp −x).
public struct Sigmoid: ActivationLayer {
  public let activation = Activation.sigmoid
  /// Creates the layer.
  public init() {}
}

/// The leaky rectifier: x for x > 0, else 0.2 x.
public struct LeakyReLU: ActivationLayer {
  public let activation = Activation.leakyReLU
  /// Creates the layer.
  public init() {}
}

/// The hyperbolic tangent.
public struct Tanh: ActivationLayer {
  public let activation = Activation.tanh
  /// Creates the layer.
  public init() {}
}
