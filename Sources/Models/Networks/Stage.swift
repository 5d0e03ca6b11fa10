import GPUTensor

/// A weighted layer with what follows it up to the next one: what runs as one kernel.
///
/// This is where fusion is decided. Activation and dropout run in the layer's epilogue; their derivative in the
/// epilogue of the next layer's data gradient. So a gradient between stages is always one at a layer's
/// output before its activation.
public struct Stage: Sendable {
  /// The layer.
  public let layer: any WeightedLayer
  /// The shape of an input example.
  public let input: Shape
  /// The shape of an output example.
  public internal(set) var output: Shape
  /// The function behind the layer.
  public internal(set) var activation = Activation.identity

  /// The part that is dropped behind the function; nil for none.
  public internal(set) var dropout: Double?

  /// The layer's parameters.
  public var parameters: [ParameterSpec] { layer.parameters(from: input, to: output) }

  /// Joins each weighted layer with the layers behind it.
  ///
  /// - Throws: `ShapeError` where layers do not fit each other, or nothing can be fused with.
  static func fuse(_ layers: [any Layer], input: Shape) throws -> [Stage] {
    var stages: [Stage] = []
    var shape = input
    for layer in layers {
      let output = try layer.outputShape(for: shape)
      if let layer = layer as? any WeightedLayer {
        stages.append(Stage(layer: layer, input: shape, output: output))
      } else if stages.isEmpty {
        throw ShapeError(description: "a network begins with a layer that has weights")
      } else if let layer = layer as? any ActivationLayer {
        stages[stages.count - 1].activation = layer.activation
      } else if let layer = layer as? any DropoutLayer {
        stages[stages.count - 1].dropout = layer.probability
      }
      stages[stages.count - 1].output = output
      shape = output
    }
    return stages
  }
}
