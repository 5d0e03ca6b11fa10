import GPUTensor

/// A fully connected layer, y = x W + b. It takes features or a map, which it flattens.
public struct Linear: WeightedLayer {
  public let name: String
  /// The number of outputs.
  public let outputs: Int

  public private(set) var hasBias = true

  /// Creates a layer with the parameters `name.weight` and `name.bias`.
  public init(_ name: String, to outputs: Int) {
    self.name = name
    self.outputs = outputs
  }

  /// Returns the layer without a bias.
  public func withoutBias() -> Linear {
    var layer = self
    layer.hasBias = false
    return layer
  }

  public func outputShape(for input: Shape) throws -> Shape { [outputs] }

  /// The weight, (inputs, outputs) on the device and (outputs, inputs) in PyTorch, and the bias,
  /// (outputs).
  ///
  /// PyTorch flattens a map before or after the layer in the order (channel, row, column). On the
  /// device the order is (row, column, channel).
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
  /// The order of the axes in PyTorch, channels first.
  fileprivate var channelsFirst: [Int] { count == 3 ? [2, 0, 1] : Array(indices) }
}
