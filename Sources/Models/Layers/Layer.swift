import GPUTensor

/// The shape of one example, without the batch: (features) or (height, width, channels).
public typealias Shape = [Int]

/// A layer of a network: its kind, and the shape of its output.
///
/// To add a layer with kernels of its own, implement `WeightedLayer`.
public protocol Layer: Sendable {
  /// The layer's kind, which decides how it runs.
  var kind: LayerKind { get }

  /// Returns the shape of the output for an input of shape `input`.
  ///
  /// - Throws: `ShapeError` if the input does not fit the layer.
  func outputShape(for input: Shape) throws -> Shape
}

/// The kind of a layer, which decides how it is lowered to kernels.
public enum LayerKind: Sendable {
  /// A layer with parameters, which runs its own kernels.
  case weighted(any WeightedLayer)
  /// Batch normalization, which runs kernels of its own.
  case normalization(BatchNorm)
  /// A layer without parameters, which runs its own kernels.
  case unweighted(any UnweightedLayer)
  /// A function of each element, which runs in the epilogue of the layer before it.
  case activation(Activation)
  /// Dropout with a probability in [0, 1), which runs in the epilogue of the layer before it.
  case dropout(Double)
  /// Another shape of the same elements, which needs no kernel.
  case reshape
}

/// The error for an input that does not fit a layer.
public struct ShapeError: Error, CustomStringConvertible, Equatable {
  /// One line: the input that the layer takes, and the one that it got.
  public let description: String

  /// Creates an error. `description` is one line: the input that the layer takes, and the one that
  /// it got.
  public init(description: String) { self.description = description }
}

/// A layer with a weight and a bias, which runs its own kernels.
///
/// The activation and the dropout that follow it belong to its epilogue. A layer passes the
/// epilogue to an operation of `CommandList`, such as `gemmNN`, and need not know its content.
public protocol WeightedLayer: Layer {
  /// The name of the layer, which its parameters' names contain.
  var name: String { get }

  /// Whether it has a bias; true by default. Without one, its kernels get zeros for the bias and an
  /// unused tensor for its gradient.
  var hasBias: Bool { get }

  /// Returns the weight and the bias, for input examples of shape `input` and output examples of
  /// shape `output`.
  func parameters(from input: Shape, to output: Shape) -> [ParameterSpec]

  /// Appends y = epilogue(x · weight), with the layer's own product.
  ///
  /// Shapes: x (rows, input), y (rows, output). The epilogue adds the bias, then applies the
  /// activation and dropout that follow the layer.
  ///
  /// - Throws: `ShapeError` if x does not fit the layer.
  func forward(
    _ label: String, _ x: Tensor, weight: Tensor, epilogue: Epilogue, into y: Tensor,
    on list: CommandList) throws

  /// Appends the gradients of weight and bias, in this order.
  ///
  /// Shapes: x (rows, input), dy (rows, output). dy is the gradient before the activation.
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

/// A layer without parameters that runs its own kernels. No activation runs in them.
public protocol UnweightedLayer: Layer {
  /// The layer's name in labels, after that of the layer before it.
  var name: String { get }

  /// Whether dropout after the layer runs in its kernel; false by default.
  var takesDropout: Bool { get }

  /// Appends the forward pass. Shapes: x (rows, input), y (rows, output).
  func forward(
    _ label: String, _ x: Tensor, dropout: DropoutMask?, into y: Tensor, on list: CommandList)

  /// Appends the gradient of the input. The epilogue has x, and multiplies by the derivatives of
  /// the dropout and the activation that made it. Shapes: dy (rows, output), dx (rows, input).
  func backward(
    _ label: String, dy: Tensor, epilogue: Epilogue, into dx: Tensor, on list: CommandList)
}

extension UnweightedLayer {
  public var kind: LayerKind { .unweighted(self) }

  public var takesDropout: Bool { false }
}

extension WeightedLayer {
  public var kind: LayerKind { .weighted(self) }

  public var hasBias: Bool { true }
}
