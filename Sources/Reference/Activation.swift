import Foundation

/// Pointwise activations.
///
/// The derivative is a function of the output y, which a network stores anyway, so x is not needed.
public enum ReferenceActivation: Hashable, Sendable {
  /// y = x.
  case identity
  /// y = max(x, 0).
  case relu
  /// y = x for x > 0, else slope · x.
  case leaky(slope: Double)
  /// y = tanh(x).
  case tanh
  /// y = 1 / (1 + exp(-x)).
  case sigmoid

  /// The leaky rectifier of the paper's models.
  public static let leakyReLU = ReferenceActivation.leaky(slope: 0.2)

  /// Returns y for one x.
  public func value(_ x: Double) -> Double {
    switch self {
    case .identity: x
    case .relu: x < 0 ? 0 : x
    case .leaky(let slope): x > 0 ? x : slope * x
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
    case .leaky(let slope): y > 0 ? 1 : slope
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
