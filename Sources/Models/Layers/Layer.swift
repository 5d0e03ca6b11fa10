import GPUTensor

/// The shape of one example, without the batch: (features) or (height, width, channels).
public typealias Shape = [Int]

/// A row of a model's table: how a layer changes the shape of an example.
public protocol Layer: Sendable {
  /// What it is, and with that how it runs: `Stage.fuse` goes by this alone.
  var kind: LayerKind { get }

  /// The shape of its output for an input of shape `input`.
  ///
  /// - Throws: `ShapeError` where the layer does not take such an input.
  func outputShape(for input: Shape) throws -> Shape
}

/// What a layer is.
public enum LayerKind: Sendable {
  /// A layer with parameters, which runs kernels of its own.
  case weighted(any WeightedLayer)
  /// A function of each element; it runs in the epilogue of the layer before it.
  case activation(Activation)
  /// Dropout with a probability in [0, 1); it runs in the epilogue of the layer before it.
  case dropout(Double)
  /// The same elements under another shape; nothing runs.
  case reshape
}

/// A layer that is given an input it does not take.
public struct ShapeError: Error, CustomStringConvertible, Equatable {
  /// One line: the layer, what it takes and what it was given.
  public let description: String
}

/// A layer with a weight and a bias, which runs kernels of its own. Activation and dropout behind it
/// belong to its epilogue: `Stage` joins them.
public protocol WeightedLayer: Layer {
  /// The name of its parameters, below the network's prefix.
  var name: String { get }

  /// Its weight and its bias, for examples that go from shape `input` to shape `output`.
  func parameters(from input: Shape, to output: Shape) -> [ParameterSpec]

  /// Appends y = epilogue(x · weight), where the product is the layer's own.
  ///
  /// Shapes: x (rows, input), y (rows, output). The epilogue adds the bias and goes on to the
  /// stage's activation and dropout.
  ///
  /// - Throws: `ShapeError` where it does not fit x.
  func forward(
    _ label: String, _ x: Tensor, weight: Tensor, epilogue: Epilogue, into y: Tensor,
    on list: CommandList) throws

  /// Appends the gradients of weight and bias, from dy at the layer's output before its activation.
  ///
  /// - Throws: as `forward`.
  func backwardWeight(
    _ label: String, _ x: Tensor, dy: Tensor, gradients: [Tensor], on list: CommandList) throws

  /// Appends dx = epilogue(dy · weightᵀ), where the product is the gradient of the layer's own.
  ///
  /// Shapes: dy (rows, output), dx (rows, input). The epilogue takes the gradient through the
  /// dropout and the activation that made the layer's input.
  ///
  /// - Throws: as `forward`.
  func backwardInput(
    _ label: String, dy: Tensor, weight: Tensor, epilogue: Epilogue, into dx: Tensor,
    on list: CommandList) throws
}

extension WeightedLayer {
  public var kind: LayerKind { .weighted(self) }
}
