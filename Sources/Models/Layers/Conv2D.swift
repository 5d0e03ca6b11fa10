import GPUTensor

/// A 3×3 convolution with padding 1 over a map (height, width, channels).
public struct Conv2D: WeightedLayer {
  public let name: String
  /// The channels of its output.
  public let channels: Int
  /// Pixels of the input from one of the output to the next.
  public let stride: Int

  /// A convolution; its parameters are `name.weight` and `name.bias`.
  public init(_ name: String, to channels: Int, stride: Int) {
    self.name = name
    self.channels = channels
    self.stride = stride
  }

  public func outputShape(for input: Shape) throws -> Shape {
    let shape = try convolution(input)
    return [shape.outputHeight, shape.outputWidth, channels]
  }

  /// Weight (3, 3, ci, co), in PyTorch (co, ci, 3, 3), and bias (co), with PyTorch's fan-in of 9 ci.
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

  /// The convolution of a batch of maps that `outputShape` has accepted.
  private func shape(_ x: Tensor) -> Conv2DShape {
    Conv2DShape(
      height: x.shape[1], width: x.shape[2], inputChannels: x.shape[3], outputChannels: channels,
      stride: stride)
  }
}

extension Conv2DShape {
  /// - Throws: `ShapeError` for a stride that the kernels are not tested with.
  static func check(stride: Int) throws {
    guard (1...2).contains(stride) else {
      throw ShapeError(description: "a stride of \(stride) is neither 1 nor 2")
    }
  }
}

/// The parameters of a convolution between `input` and `output` channels, and of a transposed one, which
/// is stored as the convolution that it is the data gradient of.
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
