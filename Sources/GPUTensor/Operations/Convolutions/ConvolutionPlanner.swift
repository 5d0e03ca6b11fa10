/// How convolutions are computed; every method sums in an order of its own.
public enum ConvolutionMethod: String, CaseIterable, Sendable {
  /// Each by the method that was measured to be the fastest.
  case auto
  /// As a sum over the taps (`kernels/cpu/conv2d.cl`).
  case direct
  /// By minimal filtering if there is a kernel for the shape (`kernels/cpu/conv2d_winograd.cl`,
  /// `kernels/cpu/conv2d_phases.cl`), else directly.
  case winograd
}

/// Plans how a family of kernels computes convolutions.
///
/// A planner of one's own adds methods: it gives a context variants with kernels of its own beside
/// those of `RegisterConvolutions` or `GroupConvolutions`.
///
/// ```swift
/// struct WithMyKernel: ConvolutionPlanner {
///   let base = RegisterConvolutions()
///   func variants(of convolution: Convolution, on list: CommandList) -> [ConvolutionVariant] {
///     [myVariant(convolution)] + base.variants(of: convolution, on: list)
///   }
///   …
/// }
/// context.convolutionPlanner = WithMyKernel()
/// ```
public protocol ConvolutionPlanner {
  /// The variants of a convolution or its data gradient, the predicted-fastest first; at least one.
  func variants(of convolution: Convolution, on list: CommandList) -> [ConvolutionVariant]

  /// The variants of a weight gradient, the predicted-fastest first; at least one.
  func variants(of gradient: WeightGradient, on list: CommandList) -> [ConvolutionVariant]

  /// Appends the bias's gradient, unless every variant of the weight gradient computes it.
  func appendBiasGradient(of gradient: WeightGradient, _ label: String, on list: CommandList)
}

/// A variant of a convolution.
public struct ConvolutionVariant: CustomStringConvertible {
  /// Its name in tunings.
  public let description: String
  /// Appends its launches to a list under a label.
  let append: (CommandList, String) -> Void

  /// A variant with a name, and what appends its launches.
  public init(_ name: String, append: @escaping (CommandList, String) -> Void) {
    description = name
    self.append = append
  }
}
