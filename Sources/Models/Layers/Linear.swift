import GPUTensor

/// A fully connected layer, y = x W + b; an input map is flattened.
public struct Linear: WeightedLayer {
  public let name: String
  /// The number of outputs.
  public let outputs: Int

  /// A layer with `outputs` outputs; its parameters are `name.weight` and `name.bias`.
  public init(_ name: String, to outputs: Int) {
    self.name = name
    self.outputs = outputs
  }

  public func outputShape(for input: Shape) throws -> Shape { [outputs] }

  /// Weight (inputs, outputs), bias (outputs), both U(−1/√inputs, 1/√inputs) at first, as PyTorch's.
  ///
  /// PyTorch flattens a map beside the layer as (channel, row, column), the device as
  /// (row, column, channel).
  public func parameters(from input: Shape, to output: Shape) -> [ParameterSpec] {
    let inputs = input.reduce(1, *)
    let (inputOrder, outputOrder) = (input.channelsFirst, output.channelsFirst)
    let weightOrder = outputOrder.map { $0 + input.count } + inputOrder
    return [
      ParameterSpec(
        "weight", axes: input + output, torchOrder: weightOrder, torchShape: [outputs, inputs],
        fanIn: inputs),
      ParameterSpec(
        "bias", axes: output, torchOrder: outputOrder, torchShape: [outputs], fanIn: inputs),
    ]
  }

  public func forward(
    _ label: String, _ x: Tensor, weight: Tensor, epilogue: Epilogue, into y: Tensor,
    on list: CommandList
  ) {
    list.gemmNN(label, x, weight, epilogue: epilogue, into: y)
  }

  public func backwardWeight(
    _ label: String, _ x: Tensor, dy: Tensor, gradients: [Tensor], on list: CommandList
  ) {
    list.gemmTN(label, x, dy, into: gradients[0], columnSums: gradients[1])
  }

  public func backwardInput(
    _ label: String, dy: Tensor, weight: Tensor, epilogue: Epilogue, into dx: Tensor,
    on list: CommandList
  ) {
    list.gemmNT(label, dy, weight, epilogue: epilogue, into: dx)
  }
}

extension Shape {
  /// The order of a shape's axes with the channels in front, as PyTorch has them.
  fileprivate var channelsFirst: [Int] { count == 3 ? [2, 0, 1] : Array(indices) }
}
