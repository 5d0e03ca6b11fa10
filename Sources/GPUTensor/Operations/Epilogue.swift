/// The epilogue of a product or convolution (`kernels/common/epilogue.cl`).
public enum Epilogue {
  /// y = f(sum + bias), with dropout: a layer's forward pass.
  case output(bias: Tensor, Activation, DropoutMask?)
  /// dx = sum · f′(x), through the dropout of this probability after f: its data gradient.
  case gradient(Activation, dropped: Double?, of: Tensor)

  /// The operand beside the product's: the bias, or x.
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

  /// The build options of a kernel with this epilogue; its output has `channels`, a number or a
  /// macro of the kernel.
  func options(channels: String) -> [String: String] {
    let (name, activation, mask) =
      switch self {
      case .output(_, let activation, let dropout):
        ("OUTPUT", activation, DropoutMask.options(dropout?.probability))
      case .gradient(let activation, let dropped, _):
        ("GRADIENT", activation, DropoutMask.gradientOptions(dropped))
      }
    let own = ["EPILOGUE": name, "ACTIVATION": activation.rawValue, "CHANNELS": channels]
    return own.merging(mask) { own, _ in own }
  }
}
