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

extension Activation {
  /// The layer's word in model files; `identity` for none.
  var word: String {
    switch self {
    case .identity: "identity"
    case .relu: "relu"
    case .leaky: "leaky_relu"
    case .tanh: "tanh"
    case .sigmoid: "sigmoid"
    }
  }
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

/// The leaky rectifier: x for x > 0, else slope · x.
public struct LeakyReLU: ActivationLayer {
  /// The factor of negative numbers.
  public let slope: Double
  public var activation: Activation { .leaky(slope: Float(slope)) }

  /// Creates the layer. `slope`, in [0, 1], is the factor of negative numbers: by default the
  /// paper's 0.2; PyTorch's default is 0.01.
  public init(_ slope: Double = 0.2) { self.slope = slope }

  public func outputShape(for input: Shape) throws -> Shape {
    guard (0...1).contains(slope) else {
      throw ShapeError(description: "a slope of \(slope) is not in [0, 1]")
    }
    return input
  }
}

/// The hyperbolic tangent.
public struct Tanh: ActivationLayer {
  public let activation = Activation.tanh
  /// Creates the layer.
  public init() {}
}
