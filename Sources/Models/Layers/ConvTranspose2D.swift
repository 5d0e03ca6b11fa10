import GPUTensor

/// A transposed 3×3 convolution with padding 1 over a map (height, width, channels): the data
/// gradient of the convolution from its output to its input.
///
/// A stride of 2 doubles the height and the width, with an output padding of 1.
public struct ConvTranspose2D: WeightedLayer {
  public let name: String
  /// The number of output channels.
  public let channels: Int
  /// The distance between neighbouring inputs in output pixels: 1 or 2.
  public let stride: Int

  /// Creates a transposed convolution with the parameters `name.weight` and `name.bias`.
  public init(_ name: String, to channels: Int, stride: Int) {
    self.name = name
    self.channels = channels
    self.stride = stride
  }

  public func outputShape(for input: Shape) throws -> Shape {
    guard input.count == 3 else {
      throw ShapeError(description: "\(name) takes a map (height, width, channels), not \(input)")
    }
    try Conv2DShape.check(stride: stride)
    return [input[0] * stride, input[1] * stride, channels]
  }

  /// The weight, (3, 3, co, ci) on the device and (ci, co, 3, 3) in PyTorch, and the bias, (co).
  /// The fan-in is 9 co, as in PyTorch.
  public func parameters(from input: Shape, to output: Shape) -> [ParameterSpec] {
    convolutionParameters(from: channels, to: input[2], bias: channels, fanInChannels: channels)
  }

  public func forward(
    _ label: String, _ x: Tensor, weight: Tensor, epilogue: Epilogue, into y: Tensor,
    on list: CommandList
  ) {
    list.conv2DBackwardInput(label, shape(x), x, weight, epilogue: epilogue, into: y)
  }

  public func backwardWeight(
    _ label: String, _ x: Tensor, dy: Tensor, gradients: [Tensor], on list: CommandList
  ) throws {
    list.conv2DBackwardWeight(
      label, shape(x), x: dy, dy: x, into: gradients[0], bias: .ofInput(gradients[1]))
  }

  public func backwardInput(
    _ label: String, dy: Tensor, weight: Tensor, epilogue: Epilogue, into dx: Tensor,
    on list: CommandList
  ) {
    list.conv2DForward(label, shape(dx), dy, weight, epilogue: epilogue, into: dx)
  }

  /// Returns the convolution from this layer's output to its input, for a batch of inputs.
  private func shape(_ x: Tensor) -> Conv2DShape {
    Conv2DShape(
      height: x.shape[1] * stride, width: x.shape[2] * stride, inputChannels: channels,
      outputChannels: x.shape[3], stride: stride)
  }
}
