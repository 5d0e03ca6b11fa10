import GPUTensor

/// A layer that works on each element alone; it runs in the epilogue of the layer before it.
public protocol ActivationLayer: Layer {
  /// The function that it applies.
  var activation: Activation { get }
}

extension ActivationLayer {
  public var kind: LayerKind { .activation(activation) }

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

/// x for x > 0, else 0.2 x.
public struct LeakyReLU: ActivationLayer {
  public let activation = Activation.leakyReLU
  /// The layer.
  public init() {}
}

/// The hyperbolic tangent.
public struct Tanh: ActivationLayer {
  public let activation = Activation.tanh
  /// The layer.
  public init() {}
}
