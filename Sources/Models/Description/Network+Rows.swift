/// A layer of a network in numbers.
package struct LayerRow {
  /// The layer's description; nil if it is not one of the library's own.
  package let layer: LayerDescription?
  /// The shape of its output for an example.
  package let output: Shape
  /// The number of its parameters.
  package let parameters: Int
}

extension Network {
  /// Its layers with their outputs and parameters; none if they do not fit together.
  package var rows: [LayerRow] {
    guard flaw == nil else { return [] }
    var before = 0
    return layers.enumerated().map { index, layer in
      let start = Network(
        prefix: prefix, input: input, labels: labels, layers: Array(layers[...index]))
      defer { before = start.parameterCount }
      // A reshape before the first layer with kernels makes no stage.
      let reshaped = start.stages.isEmpty ? try? layer.outputShape(for: input) : nil
      return LayerRow(
        layer: LayerDescription(layer), output: reshaped ?? start.output,
        parameters: start.parameterCount - before)
    }
  }
}
