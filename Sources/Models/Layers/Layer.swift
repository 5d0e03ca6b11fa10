import GPUTensor

/// The shape of one example, without the batch: (features) or (height, width, channels).
public typealias Shape = [Int]

/// A row of a model's table: how a layer changes the shape of an example.
public protocol Layer: Sendable {
  /// The shape of its output for an input of shape `input`.
  ///
  /// - Throws: `ShapeError` where the layer does not take such an input.
  func outputShape(for input: Shape) throws -> Shape
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

  /// Appends y = f(layer(x)), with dropout where there is a mask.
  ///
  /// Shapes: x (rows, input), y (rows, output); parameters are weight and bias.
  ///
  /// - Throws: `ShapeError` where it does not fit x.
  func forward(
    _ label: String, _ x: Tensor, parameters: [Tensor], activation: Activation,
    dropout: DropoutMask?, into y: Tensor, on list: CommandList) throws

  /// Appends the gradients of weight and bias, from dy at the layer's output before its activation.
  ///
  /// - Throws: as `forward`.
  func backwardWeight(
    _ label: String, _ x: Tensor, dy: Tensor, gradients: [Tensor], on list: CommandList) throws

  /// Appends dx = layerᵀ(dy) f′(x), taken on through the activation f, and the dropout behind it with
  /// probability `dropped`, whose output x was.
  ///
  /// - Throws: as `forward`.
  func backwardInput(
    _ label: String, dy: Tensor, parameters: [Tensor], activation: Activation, dropped: Double?,
    of x: Tensor, into dx: Tensor, on list: CommandList) throws
}
