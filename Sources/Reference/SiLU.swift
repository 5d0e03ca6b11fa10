/// The sigmoid-weighted linear unit, y = x / (1 + exp −x), as PyTorch's SiLU.
public enum ReferenceSiLU {
  /// Returns y for one x.
  public static func value(_ x: Double) -> Double { x * ReferenceActivation.logistic(x) }

  /// Returns dy/dx from x.
  public static func derivative(_ x: Double) -> Double {
    let s = ReferenceActivation.logistic(x)
    return s * (1 + x * (1 - s))
  }
}
