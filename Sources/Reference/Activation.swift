import Foundation

/// The activations of the four models.
///
/// The derivative is a function of the output y, which a network stores anyway, so x is not needed.
public enum ReferenceActivation: String, CaseIterable, Sendable {
  /// y = x.
  case identity
  /// y = max(x, 0).
  case relu
  /// y = x for x > 0, else 0.2 x.
  case leakyReLU
  /// y = tanh(x).
  case tanh
  /// y = 1 / (1 + exp(-x)).
  case sigmoid

  /// The slope of `leakyReLU` for negative x.
  public static let leakySlope = 0.2

  /// Returns y for one x.
  public func value(_ x: Double) -> Double {
    switch self {
    case .identity: x
    case .relu: x < 0 ? 0 : x
    case .leakyReLU: x > 0 ? x : Self.leakySlope * x
    case .tanh: Foundation.tanh(x)
    case .sigmoid: Self.logistic(x)
    }
  }

  /// Returns dy/dx from the output y. At the kink of a rectifier it is the left derivative, as in
  /// PyTorch.
  public func derivative(output y: Double) -> Double {
    switch self {
    case .identity: 1
    case .relu: y > 0 ? 1 : 0
    case .leakyReLU: y > 0 ? 1 : Self.leakySlope
    case .tanh: 1 - y * y
    case .sigmoid: y * (1 - y)
    }
  }

  /// Returns y for each element.
  public func forward(_ x: [Double]) -> [Double] {
    x.map(value)
  }

  /// Returns dx = dy · dy/dx, from the forward pass's output y.
  public func backward(_ dy: [Double], output y: [Double]) -> [Double] {
    precondition(dy.count == y.count, "dy has \(dy.count) elements, y has \(y.count)")
    return zip(dy, y).map { $0 * derivative(output: $1) }
  }

  /// Returns 1 / (1 + exp(-x)), without overflow for any x.
  static func logistic(_ x: Double) -> Double {
    let decay = exp(-abs(x))
    return x >= 0 ? 1 / (1 + decay) : decay / (1 + decay)
  }
}
