import GPUTensor

/// The shape of one example, without the batch: (features) or (height, width, channels).
public typealias Shape = [Int]

/// A layer of a network: what it is, and how it changes the shape of an example.
///
/// A layer of your own is a `WeightedLayer`, which runs its own kernels.
public protocol Layer: Sendable {
  /// What the layer is, which says how it runs.
  var kind: LayerKind { get }

  /// Returns the shape of the output for an input of shape `input`.
  ///
  /// - Throws: `ShapeError` if the layer does not take such an input.
  func outputShape(for input: Shape) throws -> Shape
}

/// The kind of a layer, by which a network is lowered to kernels.
public enum LayerKind: Sendable {
  /// A layer with parameters, which runs its own kernels.
  case weighted(any WeightedLayer)
  /// A function of each element, which runs in the epilogue of the layer before it.
  case activation(Activation)
  /// Dropout with a probability in [0, 1), which runs in the epilogue of the layer before it.
  case dropout(Double)
  /// Another shape of the same elements, for which nothing runs.
  case reshape
}

/// An input that a layer does not take.
public struct ShapeError: Error, CustomStringConvertible, Equatable {
  /// One line: what the layer takes, and what it was given.
  public let description: String

  /// Creates an error with a line that says what the layer takes, and what it was given.
  public init(description: String) { self.description = description }
}

/// A layer with a weight and a bias, which runs its own kernels.
///
/// The activation and the dropout that follow it belong to its epilogue. A layer hands the epilogue
/// on to an operation of `CommandList`, such as `gemmNN`, and need not know what is in it.
public protocol WeightedLayer: Layer {
  /// The name of its parameters, after the network's prefix.
  var name: String { get }

  /// Returns the weight and the bias, for examples of shape `input` that become ones of shape
  /// `output`.
  func parameters(from input: Shape, to output: Shape) -> [ParameterSpec]

  /// Appends y = epilogue(x · weight), with the layer's own product.
  ///
  /// Shapes: x (rows, input), y (rows, output). The epilogue adds the bias, then applies the
  /// activation and dropout that follow the layer.
  ///
  /// - Throws: `ShapeError` if the layer does not fit x.
  func forward(
    _ label: String, _ x: Tensor, weight: Tensor, epilogue: Epilogue, into y: Tensor,
    on list: CommandList) throws

  /// Appends the gradients of weight and bias, in this order.
  ///
  /// Shapes: x (rows, input), dy (rows, output), the gradient before the activation.
  ///
  /// - Throws: as `forward`.
  func backwardWeight(
    _ label: String, _ x: Tensor, dy: Tensor, gradients: [Tensor], on list: CommandList) throws

  /// Appends dx = epilogue(dy · weightᵀ), with the data gradient of the layer's own product.
  ///
  /// Shapes: dy (rows, output), dx (rows, input). The epilogue multiplies by the derivatives of the
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
