/// The precision of numbers when products and convolutions multiply them. Sums, and everything
/// else, are float32.
public enum Precision: String, CaseIterable, Sendable {
  /// 8 bits of exponent and 23 of mantissa: no rounding.
  case float32
  /// 8 and 10, on tensor cores (`kernels/gpu/tensor_core.cl`).
  case tf32
  /// 8 and 7, on tensor cores.
  case bf16

  /// The largest relative error of rounding a number: half a unit of its last place.
  public var roundoff: Double {
    switch self {
    case .float32: 0x1p-24
    case .tf32: 0x1p-11
    case .bf16: 0x1p-8
    }
  }
}
