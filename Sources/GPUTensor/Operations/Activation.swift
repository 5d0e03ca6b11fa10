/// A pointwise function at the end of a layer, as `kernels/activation.cl` defines it.
public enum Activation: String, Sendable, CaseIterable {
  /// f(x) = x.
  case identity
  /// f(x) = max(x, 0).
  case relu
  /// f(x) = x for x > 0, else 0.2 x.
  case leakyReLU = "leaky_relu"
  /// The hyperbolic tangent.
  case tanh
  /// 1 / (1 + exp −x).
  case sigmoid
}
