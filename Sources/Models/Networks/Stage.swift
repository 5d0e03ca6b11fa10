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

  /// Whether a reshape follows the layer.
  var isReshaped = false

  /// The layer's parameters.
  public var parameters: [ParameterSpec] { layer.parameters(from: input, to: output) }

  /// Joins each weighted layer with the layers that follow it. A stage runs its layer, the
  /// activation and then dropout: what would run otherwise is refused.
  ///
  /// - Throws: `LayerError` for a layer that cannot be where it is.
  static func fuse(_ layers: [any Layer], input: Shape) throws(LayerError) -> [Stage] {
    var stages: [Stage] = []
    var shape = input
    for layer in layers {
      let place = (layer as? any WeightedLayer)?.place ?? layer.place(after: stages.last)
      do {
        let output = try layer.outputShape(for: shape)
        if let layer = layer as? any WeightedLayer {
          stages.append(Stage(layer: layer, input: shape, output: output))
        } else if stages.isEmpty {
          throw ShapeError(description: "a network begins with a layer that has weights")
        } else {
          try stages[stages.count - 1].take(layer, giving: output)
        }
        shape = output
      } catch {
        throw LayerError(layer: place, reason: "does not fit: \(error)")
      }
    }
    guard !stages.isEmpty else {
      throw LayerError(layer: "the first layer", reason: "is missing: there are none")
    }
    return stages
  }

  /// Takes a layer without weights, whose output has the shape `output`.
  private mutating func take(_ next: any Layer, giving output: Shape) throws {
    switch next {
    case let next as any ActivationLayer:
      guard activation == .identity else {
        throw ShapeError(description: "it is a second activation, after \(activation)")
      }
      guard dropout == nil else {
        throw ShapeError(description: "dropout runs after the activation; exchange the two")
      }
      activation = next.activation
    case let next as any DropoutLayer:
      guard dropout == nil else { throw ShapeError(description: "it is a second dropout") }
      guard !isReshaped else {
        throw ShapeError(description: "dropout runs before a reshape and would drop other elements")
      }
      dropout = next.probability
    case is Reshape:
      guard dropout == nil else {
        throw ShapeError(description: "dropout before it would drop other elements")
      }
      isReshaped = true
    default:
      throw ShapeError(
        description:
          "it has no weights and is no activation, dropout or reshape, so nothing runs it")
    }
    self.output = output
  }

  /// An error about the layer.
  func error(_ reason: String) -> LayerError { LayerError(layer: layer.place, reason: reason) }
}

extension WeightedLayer {
  /// The layer in words, such as `Linear "fc"`.
  fileprivate var place: String { "\(type(of: self)) \"\(name)\"" }
}

extension Layer {
  /// A layer without weights in words, such as `Tanh after Linear "fc"`.
  fileprivate func place(after stage: Stage?) -> String {
    stage.map { "\(type(of: self)) after \($0.layer.place)" } ?? "\(type(of: self))"
  }
}
