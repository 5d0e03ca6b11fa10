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
  /// Its layers with their outputs and parameters; those before the first that does not fit.
  package var rows: [LayerRow] {
    var (shape, weighted, rows): (Shape, Int, [LayerRow]) = (input, 0, [])
    for layer in layers {
      guard let output = try? layer.outputShape(for: shape) else { return rows }
      var count = 0
      if case .weighted = layer.kind, stages.indices.contains(weighted) {
        count = stages[weighted].parameters.reduce(0) { $0 + $1.count }
        weighted += 1
      }
      rows.append(LayerRow(layer: LayerDescription(layer), output: output, parameters: count))
      shape = output
    }
    return rows
  }
}
