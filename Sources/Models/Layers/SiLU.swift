import GPUTensor

/// The sigmoid-weighted linear unit x / (1 + exp −x), as PyTorch's SiLU. Dropout may follow it.
public struct SiLU: UnweightedLayer {
  public let name = "silu"
  public let takesDropout = true

  /// Creates the layer.
  public init() {}

  public func outputShape(for input: Shape) -> Shape { input }

  public func forward(
    _ label: String, _ x: Tensor, dropout: DropoutMask?, into y: Tensor, on list: CommandList
  ) {
    list.silu(label, x, dropout: dropout, into: y)
  }

  public func backward(
    _ label: String, dy: Tensor, epilogue: Epilogue, into dx: Tensor, on list: CommandList
  ) {
    list.siluBackward(label, dy: dy, epilogue: epilogue, into: dx)
  }
}
