import GPUTensor

/// A transposed 3×3 convolution with padding 1, and output padding 1 where the stride is 2: the data
/// gradient of the convolution from its output to its input.
public struct ConvTranspose2D: WeightedLayer {
  public let name: String
  /// The channels of its output.
  public let channels: Int
  /// Pixels of the output from one of the input to the next.
  public let stride: Int

  /// A transposed convolution; its parameters are `name.weight` and `name.bias`.
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

  /// Weight (3, 3, co, ci), in PyTorch (ci, co, 3, 3), and bias (co). PyTorch's fan-in of a transposed
  /// convolution is 9 co.
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

  /// The convolution from this layer's output to its input.
  private func shape(_ x: Tensor) -> Conv2DShape {
    Conv2DShape(
      height: x.shape[1] * stride, width: x.shape[2] * stride, inputChannels: channels,
      outputChannels: x.shape[3], stride: stride)
  }
}
