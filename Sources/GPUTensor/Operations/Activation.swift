/// A pointwise function at the end of a layer, as `kernels/common/activation.cl` defines it.
public enum Activation: String, Sendable, CaseIterable {
  /// f(x) = x.
  case identity = "IDENTITY"
  /// f(x) = max(x, 0).
  case relu = "RELU"
  /// f(x) = x for x > 0, else 0.2 x.
  case leakyReLU = "LEAKY_RELU"
  /// The hyperbolic tangent.
  case tanh = "TANH"
  /// 1 / (1 + exp −x).
  case sigmoid = "SIGMOID"
}
