import GPUTensor

/// A layer with kernels of its own and the layers that follow it, up to the next such layer. They
/// run in its kernels.
///
/// The activation and dropout run in the layer's epilogue, and their derivatives in the epilogue of
/// the next layer's data gradient. So a gradient between stages is always the one before the
/// activation.
public struct Stage: Sendable {
  /// The layer.
  public let layer: StageLayer
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
  var weightAndBias: [ParameterSpec] {
    switch layer {
    case .weighted(let layer): layer.parameters(from: input, to: output)
    case .normalization(let layer): layer.parameters(of: input)
    case .unweighted: []
    }
  }

  /// Joins each layer with the layers that run in its kernels. A stage runs the layer, then one
  /// activation, then dropout; other orders are errors. Before the first stage, features may be
  /// reshaped to the channels of a map of one pixel: then the input has the order of PyTorch's
  /// `Unflatten` too.
  ///
  /// - Parameters:
  ///   - layers: The layers.
  ///   - input: The shape of an input example, with the code of its label.
  ///   - labels: The number of classes whose code the last axis of `input` ends in; 0 for none.
  /// - Throws: `LayerError` for a layer that does not fit.
  static func fuse(
    _ layers: [any Layer], input: Shape, labels: Int = 0
  ) throws(LayerError) -> [Stage] {
    var stages: [Stage] = []
    guard !input.isEmpty, input.allSatisfy({ $0 > 0 }) else {
      throw LayerError(layer: "the input", reason: "has the shape \(input), without any element")
    }
    var first = input
    for layer in layers {
      do {
        let shape = stages.last?.output ?? first
        let output = try layer.outputShape(for: shape)
        guard output.allSatisfy({ $0 > 0 }) else {
          throw ShapeError(description: "its output has the shape \(output), without any element")
        }
        switch (layer.kind, stages.indices.last) {
        case (.weighted(let layer), _):
          stages.append(Stage(layer: .weighted(layer), input: shape, output: output))
        case (.normalization(let layer), _?):
          stages.append(Stage(layer: .normalization(layer), input: shape, output: output))
        case (.unweighted(let layer), let last?):
          let name = "\(stages[last].layer.name).\(layer.name)"
          stages.append(
            Stage(layer: .unweighted(layer, name: name), input: shape, output: output))
        case (.activation(let function), let last?): try stages[last].take(function)
        case (.dropout(let probability), let last?): try stages[last].take(dropout: probability)
        case (.reshape, let last?):
          let weighted = stages.last { $0.layer.isWeighted } ?? stages[last]
          try stages[last].reshape(to: output, rightAfter: weighted.layer.place)
        case (.reshape, nil) where first.count == 1:
          guard output == [1, 1, first[0]] else {
            let parts = labels == 0 ? "" : ": \(first[0] - labels) inputs and \(labels) classes"
            throw ShapeError(
              description: "as the first layer it can only make [1, 1, \(first[0])]" + parts)
          }
          first = output
        case (_, nil):
          throw ShapeError(description: "a network begins with a layer that has weights")
        }
      } catch {
        throw LayerError(layer: layer.place(after: stages.last), reason: "does not fit: \(error)")
      }
    }
    guard !stages.isEmpty else {
      throw LayerError(layer: missing, reason: "is missing: there are none")
    }
    return stages
  }

  /// How an error names a layer with kernels if there is none.
  static let missing = "the first layer"

  private mutating func take(_ function: Activation) throws {
    if case .unweighted(let layer, _) = layer {
      throw ShapeError(description: "it would follow \(type(of: layer)); exchange the two")
    }
    guard activation == .identity else {
      throw ShapeError(
        description: "it is a second activation, after \(activation.word); remove one")
    }
    guard dropout == nil else {
      throw ShapeError(description: "dropout runs after the activation; exchange the two")
    }
    activation = function
  }

  private mutating func take(dropout probability: Double) throws {
    if case .unweighted(let layer, _) = layer, !layer.takesDropout {
      throw ShapeError(description: "it would follow \(type(of: layer)); exchange the two")
    }
    guard dropout == nil else { throw ShapeError(description: "it is a second dropout") }
    guard !isReshaped else {
      throw ShapeError(description: "a reshape is before it; put \(Self.between)")
    }
    dropout = probability
  }

  /// Dropout runs in the layer's kernel, where the elements still have the shape before a reshape.
  private static let between = "batch normalization between the reshape and the dropout"

  /// Gives the output another shape. `place` is that of the layer that the reshape has to follow.
  private mutating func reshape(to shape: Shape, rightAfter place: String) throws {
    guard layer.isWeighted else {
      throw ShapeError(description: "put the reshape right after \(place)")
    }
    guard dropout == nil else {
      throw ShapeError(
        description: "dropout is before it; put the reshape right after \(place), and "
          + Self.between)
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

/// A layer with kernels of its own.
public enum StageLayer: Sendable {
  /// A layer with weights.
  case weighted(any WeightedLayer)
  /// Batch normalization.
  case normalization(BatchNorm)
  /// A layer without parameters, with its name and that of the layer before it.
  case unweighted(any UnweightedLayer, name: String)

  /// The layer's name, which its parameters' names contain.
  public var name: String {
    switch self {
    case .weighted(let layer): layer.name
    case .normalization(let layer): layer.name
    case .unweighted(_, let name): name
    }
  }

  /// Whether it has a bias.
  public var hasBias: Bool {
    switch self {
    case .weighted(let layer): layer.hasBias
    case .normalization: true
    case .unweighted: false
    }
  }

  /// Whether it is a layer with weights.
  fileprivate var isWeighted: Bool {
    if case .weighted = self { true } else { false }
  }

  /// The layer's kind and name, such as `Linear "fc"`.
  fileprivate var place: String {
    let layer: any Layer =
      switch self {
      case .weighted(let layer): layer
      case .normalization(let layer): layer
      case .unweighted(let layer, _): layer
      }
    return "\(type(of: layer)) \"\(name)\""
  }
}

extension Layer {
  /// Returns the layer's kind and name, such as `Linear "fc"`, or `Tanh after Linear "fc"`.
  fileprivate func place(after stage: Stage?) -> String {
    switch kind {
    case .weighted(let layer): return StageLayer.weighted(layer).place
    case .normalization(let layer): return StageLayer.normalization(layer).place
    case .unweighted, .activation, .dropout, .reshape: break
    }
    return stage.map { "\(type(of: self)) after \($0.layer.place)" } ?? "\(type(of: self))"
  }
}
