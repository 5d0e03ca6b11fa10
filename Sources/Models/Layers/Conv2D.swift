import GPUTensor

/// A 3×3 convolution with padding 1 over a map (height, width, channels).
///
/// A stride of 2 halves the height and the width, rounded up.
public struct Conv2D: WeightedLayer {
  public let name: String
  /// The number of output channels.
  public let channels: Int
  /// The distance between neighbouring outputs in input pixels: 1 or 2.
  public let stride: Int

  /// Creates a convolution with the parameters `name.weight` and `name.bias`.
  public init(_ name: String, to channels: Int, stride: Int) {
    self.name = name
    self.channels = channels
    self.stride = stride
  }

  public func outputShape(for input: Shape) throws -> Shape {
    let shape = try convolution(input)
    return [shape.outputHeight, shape.outputWidth, channels]
  }

  /// The weight, (3, 3, ci, co) on the device and (co, ci, 3, 3) in PyTorch, and the bias, (co).
  /// The fan-in is 9 ci, as in PyTorch.
  public func parameters(from input: Shape, to output: Shape) -> [ParameterSpec] {
    convolutionParameters(from: input[2], to: channels, bias: channels, fanInChannels: input[2])
  }

  public func forward(
    _ label: String, _ x: Tensor, weight: Tensor, epilogue: Epilogue, into y: Tensor,
    on list: CommandList
  ) {
    list.conv2DForward(label, shape(x), x, weight, epilogue: epilogue, into: y)
  }

  public func backwardWeight(
    _ label: String, _ x: Tensor, dy: Tensor, gradients: [Tensor], on list: CommandList
  ) throws {
    list.conv2DBackwardWeight(
      label, shape(x), x: x, dy: dy, into: gradients[0], bias: .ofOutput(gradients[1]))
  }

  public func backwardInput(
    _ label: String, dy: Tensor, weight: Tensor, epilogue: Epilogue, into dx: Tensor,
    on list: CommandList
  ) {
    list.conv2DBackwardInput(label, shape(dx), dy, weight, epilogue: epilogue, into: dx)
  }

  private func convolution(_ input: Shape) throws -> Conv2DShape {
    guard input.count == 3 else {
      throw ShapeError(description: "\(name) takes a map (height, width, channels), not \(input)")
    }
    try Conv2DShape.check(stride: stride)
    return Conv2DShape(
      height: input[0], width: input[1], inputChannels: input[2], outputChannels: channels,
      stride: stride)
  }

  /// Returns the convolution of a batch of maps. `outputShape` has checked their shape.
  private func shape(_ x: Tensor) -> Conv2DShape {
    Conv2DShape(
      height: x.shape[1], width: x.shape[2], inputChannels: x.shape[3], outputChannels: channels,
      stride: stride)
  }
}

extension Conv2DShape {
  /// Checks that a stride is supported.
  ///
  /// - Throws: `ShapeError` if it is not.
  static func check(stride: Int) throws {
    guard (1...2).contains(stride) else {
      throw ShapeError(description: "a stride of \(stride) is neither 1 nor 2")
    }
  }
}

/// Returns the parameters of a convolution from `input` to `output` channels. A transposed
/// convolution has the weight of the convolution whose data gradient it is.
func convolutionParameters(
  from input: Int, to output: Int, bias: Int, fanInChannels: Int
) -> [ParameterSpec] {
  let side = Conv2DShape.kernel
  let fanIn = fanInChannels * side * side
  return [
    ParameterSpec(
      "weight", axes: [side, side, input, output], torchOrder: [3, 2, 0, 1],
      torchShape: [output, input, side, side], fanIn: fanIn),
    ParameterSpec("bias", axes: [bias], torchOrder: [0], torchShape: [bias], fanIn: fanIn),
  ]
}
