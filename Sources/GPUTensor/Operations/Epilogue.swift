/// The operations on the sums of a product or convolution that run in the same kernel
/// (`kernels/common/epilogue.cl`).
public enum Epilogue {
  /// y = f(sum + bias), then dropout: a layer's forward pass.
  case output(bias: Tensor, Activation, DropoutMask?)
  /// dx = sum · f′(x): a layer's data gradient, through the activation f and the dropout that made
  /// the layer's input x.
  case gradient(Activation, dropped: Double?, of: Tensor)

  /// The epilogue's operand: the bias, or x.
  var aux: Tensor {
    switch self {
    case .output(let bias, _, _): bias
    case .gradient(_, _, let x): x
    }
  }

  /// The last arguments of a kernel with this epilogue.
  var arguments: [KernelArgument] {
    if case .output(_, _, let dropout?) = self { dropout.arguments } else { [] }
  }

  /// Returns the build options of a kernel with this epilogue. `channels` is the number of the
  /// output's channels, or a macro of the kernel for it.
  func options(channels: String) -> [String: String] {
    let (name, activation, mask) =
      switch self {
      case .output(_, let activation, let dropout):
        ("OUTPUT", activation, DropoutMask.options(dropout?.probability))
      case .gradient(let activation, let dropped, _):
        ("GRADIENT", activation, DropoutMask.gradientOptions(dropped))
      }
    let own = ["EPILOGUE": name, "CHANNELS": channels]
    return own.merging(activation.options) { own, _ in own }.merging(mask) { own, _ in own }
  }
}
