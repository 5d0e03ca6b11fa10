/// The method by which convolutions are computed. Each method sums in its own order.
public enum ConvolutionMethod: String, CaseIterable, Sendable {
  /// The method that was measured to be the fastest for the shape.
  case auto
  /// Direct sums over the taps (`kernels/cpu/conv2d.cl`, `kernels/cpu/conv2d_few_channels.cl`).
  case direct
  /// Minimal filtering if there is a kernel for the shape (`kernels/cpu/conv2d_winograd.cl`,
  /// `kernels/cpu/conv2d_phases.cl`, `kernels/cpu/conv2d_4x4.cl`), else direct sums.
  case winograd
}

/// Lists the variants of convolutions for a family of kernels.
///
/// A planner of your own can add variants with your own kernels to those of `RegisterConvolutions`
/// or `GroupConvolutions`.
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
  /// Returns the variants of a convolution or its data gradient, at least one, the
  /// predicted-fastest first.
  func variants(of convolution: Convolution, on list: CommandList) -> [ConvolutionVariant]

  /// Returns the variants of a weight gradient, at least one, the predicted-fastest first.
  func variants(of gradient: WeightGradient, on list: CommandList) -> [ConvolutionVariant]

  /// Appends the bias's gradient, unless every variant of the weight gradient computes it.
  func appendBiasGradient(of gradient: WeightGradient, _ label: String, on list: CommandList)
}

/// A variant of a convolution.
public struct ConvolutionVariant: CustomStringConvertible {
  /// Its name in tunings.
  public let description: String
  /// Appends its launches to a list, with a label.
  let append: (CommandList, String) -> Void

  /// Creates a variant.
  ///
  /// - Parameters:
  ///   - name: Its name in tunings.
  ///   - append: Appends its launches to a list, with a label.
  public init(_ name: String, append: @escaping (CommandList, String) -> Void) {
    description = name
    self.append = append
  }
}
