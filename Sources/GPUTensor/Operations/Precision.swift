/// The precision to which products and convolutions round numbers before they multiply them. Sums,
/// and everything else, are float32.
public enum Precision: String, CaseIterable, Sendable {
  /// 8 bits of exponent and 23 of mantissa; nothing is rounded.
  case float32
  /// 8 bits of exponent and 10 of mantissa, on tensor cores (`kernels/gpu/tensor_core.cl`).
  case tf32
  /// 8 bits of exponent and 7 of mantissa, on tensor cores.
  case bf16

  /// The largest relative error of rounding a number: half a unit in the last place.
  public var roundoff: Double {
    switch self {
    case .float32: 0x1p-24
    case .tf32: 0x1p-11
    case .bf16: 0x1p-8
    }
  }
}
