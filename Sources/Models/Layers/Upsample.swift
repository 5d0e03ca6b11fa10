import GPUTensor

/// Repeats each pixel of a map in `factor` rows and columns, as PyTorch's Upsample with the mode
/// "nearest". Put an activation or dropout before it, which gives the same with less work.
public struct Upsample: UnweightedLayer {
  /// The number of rows, and of columns, that a pixel becomes.
  public let factor: Int
  public let name = "upsample"

  /// Creates a layer that enlarges maps by a factor of 2 to 8.
  public init(_ factor: Int = 2) { self.factor = factor }

  public func outputShape(for input: Shape) throws -> Shape {
    guard input.count == 3 else {
      throw ShapeError(description: "it takes a map (height, width, channels), not \(input)")
    }
    guard (2...8).contains(factor) else {
      throw ShapeError(description: "a factor of \(factor) is not in 2 to 8")
    }
    return [factor * input[0], factor * input[1], input[2]]
  }

  public func forward(
    _ label: String, _ x: Tensor, dropout: DropoutMask?, into y: Tensor, on list: CommandList
  ) {
    list.upsample(label, x, by: factor, into: y)
  }

  public func backward(
    _ label: String, dy: Tensor, epilogue: Epilogue, into dx: Tensor, on list: CommandList
  ) {
    list.upsampleBackward(label, dy: dy, by: factor, epilogue: epilogue, into: dx)
  }
}
