import GPUTensor

/// A weighted layer with the layers that follow it, up to the next weighted one. They run in its
/// kernels.
///
/// The activation and dropout run in the layer's epilogue, and their derivatives in the epilogue of
/// the next layer's data gradient. So a gradient between stages is always the one before the
/// activation.
public struct Stage: Sendable {
  /// The layer.
  public let layer: any WeightedLayer
  /// The shape of an input example.
  public let input: Shape
  /// The shape of an output example.
  public internal(set) var output: Shape
  /// The activation after the layer.
  public internal(set) var activation = Activation.identity

  /// The probability of dropout after the activation; nil for none.
  public internal(set) var dropout: Double?

  /// Whether a reshape follows the layer.
  var isReshaped = false

  /// The layer's parameters: its weight, and its bias if it has one.
  public var parameters: [ParameterSpec] {
    layer.hasBias ? weightAndBias : Array(weightAndBias.prefix(1))
  }

  /// The layer's weight and bias, whether it has one or not.
  var weightAndBias: [ParameterSpec] { layer.parameters(from: input, to: output) }

  /// Joins each weighted layer with the layers that follow it. A stage runs the layer, then one
  /// activation, then dropout; other orders are errors.
  ///
  /// - Throws: `LayerError` for a layer that does not fit.
  static func fuse(_ layers: [any Layer], input: Shape) throws(LayerError) -> [Stage] {
    var stages: [Stage] = []
    guard !input.isEmpty, input.allSatisfy({ $0 > 0 }) else {
      throw LayerError(layer: "the input", reason: "has the shape \(input), without any element")
    }
    for layer in layers {
      do {
        let shape = stages.last?.output ?? input
        let output = try layer.outputShape(for: shape)
        guard output.allSatisfy({ $0 > 0 }) else {
          throw ShapeError(description: "its output has the shape \(output), without any element")
        }
        switch (layer.kind, stages.indices.last) {
        case (.weighted(let layer), _):
          stages.append(Stage(layer: layer, input: shape, output: output))
        case (.activation(let function), let last?): try stages[last].take(function)
        case (.dropout(let probability), let last?): try stages[last].take(dropout: probability)
        case (.reshape, let last?): try stages[last].reshape(to: output)
        case (_, nil):
          throw ShapeError(description: "a network begins with a layer that has weights")
        }
      } catch {
        throw LayerError(layer: layer.place(after: stages.last), reason: "does not fit: \(error)")
      }
    }
    guard !stages.isEmpty else {
      throw LayerError(layer: "the first layer", reason: "is missing: there are none")
    }
    return stages
  }

  private mutating func take(_ function: Activation) throws {
    guard activation == .identity else {
      throw ShapeError(description: "it is a second activation, after \(activation)")
    }
    guard dropout == nil else {
      throw ShapeError(description: "dropout runs after the activation; exchange the two")
    }
    activation = function
  }

  private mutating func take(dropout probability: Double) throws {
    guard dropout == nil else { throw ShapeError(description: "it is a second dropout") }
    guard !isReshaped else {
      throw ShapeError(description: "dropout runs before a reshape and would drop other elements")
    }
    dropout = probability
  }

  private mutating func reshape(to shape: Shape) throws {
    guard dropout == nil else {
      throw ShapeError(description: "dropout before it would drop other elements")
    }
    guard shape.reduce(1, *) == output.reduce(1, *) else {
      throw ShapeError(description: "\(output) cannot be reshaped to \(shape)")
    }
    isReshaped = true
    output = shape
  }

  /// Returns an error about the layer.
  func error(_ reason: String) -> LayerError { LayerError(layer: layer.place, reason: reason) }
}

extension WeightedLayer {
  /// The layer's kind and name, such as `Linear "fc"`.
  fileprivate var place: String { "\(type(of: self)) \"\(name)\"" }
}

extension Layer {
  /// Returns the layer's kind and name, such as `Linear "fc"`, or `Tanh after Linear "fc"`.
  fileprivate func place(after stage: Stage?) -> String {
    if case .weighted(let layer) = kind { return layer.place }
    return stage.map { "\(type(of: self)) after \($0.layer.place)" } ?? "\(type(of: self))"
  }
}
