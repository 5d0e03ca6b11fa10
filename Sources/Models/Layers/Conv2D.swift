import GPUTensor

/// A convolution over a map (height, width, channels).
///
/// The output has ⌊(size + 2 padding − kernel) / stride⌋ + 1 rows and columns, as in PyTorch. By
/// default the taps are 3×3 with padding 1, which keeps the size at stride 1 and halves it, rounded
/// up, at stride 2.
public struct Conv2D: WeightedLayer {
  public let name: String
  /// The number of output channels.
  public let channels: Int
  /// The taps, their stride and the padding.
  public let window: Conv2DWindow

  public private(set) var hasBias = true

  /// Creates a convolution with the parameters `name.weight` and `name.bias`.
  ///
  /// - Parameters:
  ///   - name: The layer's name, which its parameters' names contain.
  ///   - channels: The number of output channels.
  ///   - kernel: The number of rows, and of columns, of taps: 1 to 7.
  ///   - stride: The distance between neighbouring outputs in input pixels: 1 to 4.
  ///   - padding: The number of rows and columns of zeros on each side of the input.
  public init(
    _ name: String, to channels: Int, kernel: Int = 3, stride: Int = 1, padding: Int = 1
  ) {
    self.name = name
    self.channels = channels
    window = Conv2DWindow(kernel: kernel, stride: stride, padding: padding)
  }

  /// Returns the layer without a bias.
  public func withoutBias() -> Conv2D {
    var layer = self
    layer.hasBias = false
    return layer
  }

  public func outputShape(for input: Shape) throws -> Shape {
    try window.check(input, channels: channels, of: name)
    let shape = shape(input)
    guard shape.outputHeight > 0, shape.outputWidth > 0 else {
      throw ShapeError(
        description: """
          the map \(input) with padding \(window.padding) is smaller than its \(window.kernel)×\
          \(window.kernel) kernel
          """)
    }
    return [shape.outputHeight, shape.outputWidth, channels]
  }

  /// The weight, (kernel, kernel, ci, co) on the device and (co, ci, kernel, kernel) in PyTorch,
  /// and the bias, (co). The fan-in is kernel² ci, as in PyTorch.
  public func parameters(from input: Shape, to output: Shape) -> [ParameterSpec] {
    convolutionParameters(
      shape(input).weightAxes, bias: channels, fanIn: shape(input).taps * input[2])
  }

  public func forward(
    _ label: String, _ x: Tensor, weight: Tensor, epilogue: Epilogue, into y: Tensor,
    on list: CommandList
  ) {
    list.conv2DForward(label, shape(of: x), x, weight, epilogue: epilogue, into: y)
  }

  public func backwardWeight(
    _ label: String, _ x: Tensor, dy: Tensor, gradients: [Tensor], on list: CommandList
  ) throws {
    list.conv2DBackwardWeight(
      label, shape(of: x), x: x, dy: dy, into: gradients[0], bias: .ofOutput(gradients[1]))
  }

  public func backwardInput(
    _ label: String, dy: Tensor, weight: Tensor, epilogue: Epilogue, into dx: Tensor,
    on list: CommandList
  ) {
    list.conv2DBackwardInput(label, shape(of: dx), dy, weight, epilogue: epilogue, into: dx)
  }

  /// Returns the convolution of maps of shape `input`, which `outputShape` has checked.
  private func shape(_ input: Shape) -> Conv2DShape {
    Conv2DShape(
      height: input[0], width: input[1], inputChannels: input[2], outputChannels: channels,
      window: window)
  }

  private func shape(of x: Tensor) -> Conv2DShape { shape(Array(x.shape.dropFirst())) }
}

extension Conv2DWindow {
  /// Checks that kernels support the window, and that a layer's input is a map.
  ///
  /// - Throws: `ShapeError`.
  func check(_ input: Shape, channels: Int, of name: String) throws {
    guard input.count == 3 else {
      throw ShapeError(
        description: """
          \(name) takes a map (height, width, channels), not \(input); put a reshape before it
          """)
    }
    for (what, value, range) in [
      ("a kernel", kernel, 1...7), ("a stride", stride, 1...4), ("a padding", padding, 0...64),
    ] where !range.contains(value) {
      throw ShapeError(
        description: "\(what) of \(value) is not in \(range.lowerBound) to \(range.upperBound)")
    }
    guard channels > 0 else { throw ShapeError(description: "\(channels) channels are too few") }
  }
}

/// Returns the parameters of a convolution with a weight of these axes, (kernel, kernel, ci, co). A
/// transposed convolution has the weight of the convolution whose data gradient it is.
func convolutionParameters(_ axes: [Int], bias: Int, fanIn: Int) -> [ParameterSpec] {
  [
    ParameterSpec(
      "weight", axes: axes, torchOrder: [3, 2, 0, 1],
      torchShape: [axes[3], axes[2], axes[0], axes[1]], fanIn: fanIn),
    ParameterSpec("bias", axes: [bias], torchOrder: [0], torchShape: [bias], fanIn: fanIn),
  ]
}
