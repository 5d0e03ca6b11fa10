/// A pointwise function at the end of a layer, as `kernels/common/activation.cl` defines it.
public enum Activation: Hashable, Sendable {
  /// f(x) = x.
  case identity
  /// f(x) = max(x, 0).
  case relu
  /// f(x) = x for x > 0, else slope · x, with a slope in [0, 1].
  case leaky(slope: Float)
  /// The hyperbolic tangent.
  case tanh
  /// 1 / (1 + exp −x).
  case sigmoid

  /// The leaky rectifier of the paper's models, whose slope is 0.2.
  public static let leakyReLU = Activation.leaky(slope: 0.2)

  /// The build options of a kernel with this function.
  var options: [String: String] {
    switch self {
    case .identity: ["ACTIVATION": "IDENTITY"]
    case .relu: ["ACTIVATION": "RELU"]
    case .leaky(let slope): ["ACTIVATION": "LEAKY_RELU", "NEGATIVE_SLOPE": "\(slope)f"]
    case .tanh: ["ACTIVATION": "TANH"]
    case .sigmoid: ["ACTIVATION": "SIGMOID"]
    }
  }
}
