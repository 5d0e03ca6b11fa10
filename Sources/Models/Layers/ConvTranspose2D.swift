import GPUTensor

/// A transposed convolution over a map (height, width, channels): the data gradient of the
/// convolution from its output to its input.
///
/// The output has (size − 1) stride − 2 padding + kernel + output padding rows and columns, as in
/// PyTorch. By default the taps are 3×3 with padding 1, and the output is `stride` times as large
/// as the input.
public struct ConvTranspose2D: WeightedLayer {
  public let name: String
  /// The number of output channels.
  public let channels: Int
  /// The taps and the padding, and the distance between neighbouring inputs in output pixels.
  public let window: Conv2DWindow
  /// The number of rows and columns that are added at the bottom and the right of the output.
  public let outputPadding: Int

  public private(set) var hasBias = true

  /// Creates a transposed convolution with the parameters `name.weight` and `name.bias`.
  ///
  /// - Parameters:
  ///   - name: The layer's name, which its parameters' names contain.
  ///   - channels: The number of output channels.
  ///   - kernel: The number of rows, and of columns, of taps: 1 to 7.
  ///   - stride: The distance between neighbouring inputs in output pixels: 1 to 4.
  ///   - padding: The number of rows and columns that are cut off on each side of the output.
  ///   - outputPadding: The number of rows and columns that are added at the bottom and the right,
  ///     less than the stride; nil for as many as make the output `stride` times as large as the
  ///     input.
  public init(
    _ name: String, to channels: Int, kernel: Int = 3, stride: Int = 1, padding: Int = 1,
    outputPadding: Int? = nil
  ) {
    self.name = name
    self.channels = channels
    window = Conv2DWindow(kernel: kernel, stride: stride, padding: padding)
    self.outputPadding = outputPadding ?? window.defaultOutputPadding
  }

  /// Returns the layer without a bias.
  public func withoutBias() -> ConvTranspose2D {
    var layer = self
    layer.hasBias = false
    return layer
  }

  public func outputShape(for input: Shape) throws -> Shape {
    try window.check(input, channels: channels, of: name)
    guard (0..<window.stride).contains(outputPadding) else {
      throw ShapeError(description: outputPaddingFault)
    }
    let output = [size(input[0]), size(input[1]), channels]
    guard output[0] > 0, output[1] > 0 else {
      throw ShapeError(description: "a padding of \(window.padding) leaves nothing of its output")
    }
    return output
  }

  /// The output padding; nil if it is the default.
  var statedOutputPadding: Int? {
    outputPadding == window.defaultOutputPadding ? nil : outputPadding
  }

  /// Says that the output padding is out of its range, and what would not be.
  private var outputPaddingFault: String {
    let (kernel, stride, padding) = (window.kernel, window.stride, window.padding)
    let range = stride == 1 ? "0" : "0 to \(stride - 1)"
    guard statedOutputPadding == nil else {
      return "an output padding of \(outputPadding) is not \(range); it is less than the stride"
    }
    let right = (0...kernel).filter {
      let window = Conv2DWindow(kernel: kernel, stride: stride, padding: $0)
      return (0..<stride).contains(window.defaultOutputPadding)
    }
    let advice =
      right.min { abs($0 - padding) < abs($1 - padding) }
      .map { "take padding \($0), or " } ?? ""
    let size = stride == 1 ? "have the size of the input" : "be \(stride) times the input"
    return "with kernel \(kernel), stride \(stride) and padding \(padding) the output cannot "
      + "\(size); \(advice)choose another size with an output padding of \(range)"
  }

  /// The weight, (kernel, kernel, co, ci) on the device and (ci, co, kernel, kernel) in PyTorch,
  /// and the bias, (co). The fan-in is kernel² co, as in PyTorch.
  public func parameters(from input: Shape, to output: Shape) -> [ParameterSpec] {
    let shape = shape(input)
    return convolutionParameters(
      shape.weightAxes, bias: channels, fanIn: shape.taps * channels)
  }

  public func forward(
    _ label: String, _ x: Tensor, weight: Tensor, epilogue: Epilogue, into y: Tensor,
    on list: CommandList
  ) {
    list.conv2DBackwardInput(label, shape(of: x), x, weight, epilogue: epilogue, into: y)
  }

  public func backwardWeight(
    _ label: String, _ x: Tensor, dy: Tensor, gradients: [Tensor], on list: CommandList
  ) throws {
    list.conv2DBackwardWeight(
      label, shape(of: x), x: dy, dy: x, into: gradients[0], bias: .ofInput(gradients[1]))
  }

  public func backwardInput(
    _ label: String, dy: Tensor, weight: Tensor, epilogue: Epilogue, into dx: Tensor,
    on list: CommandList
  ) {
    list.conv2DForward(label, shape(of: dx), dy, weight, epilogue: epilogue, into: dx)
  }

  /// Returns the rows of the output for those of the input, or the columns.
  private func size(_ input: Int) -> Int {
    (input - 1) * window.stride - 2 * window.padding + window.kernel + outputPadding
  }

  /// Returns the convolution from this layer's output to its input, maps of shape `input`.
  private func shape(_ input: Shape) -> Conv2DShape {
    Conv2DShape(
      height: size(input[0]), width: size(input[1]), inputChannels: channels,
      outputChannels: input[2], window: window)
  }

  private func shape(of x: Tensor) -> Conv2DShape { shape(Array(x.shape.dropFirst())) }
}

extension Conv2DWindow {
  /// The output padding that makes a transposed convolution's output `stride` times its input.
  fileprivate var defaultOutputPadding: Int { stride + 2 * padding - kernel }
}
