/// Drops elements of features with a probability and scales the others by 1 / (1 − p), in training only.
public struct Dropout: DropoutLayer {
  public let probability: Double

  /// Dropout of elements.
  public init(_ probability: Double) { self.probability = probability }
}

/// Drops whole channels of a map, as PyTorch's Dropout2d.
public struct Dropout2D: DropoutLayer {
  public let probability: Double

  /// Dropout of channels.
  public init(_ probability: Double) { self.probability = probability }
}

/// A layer that drops a part of its input; it runs in the epilogue of the layer before it.
///
/// A mask has one number for each place on the last axis, so that a row of features loses elements and a
/// map loses channels.
public protocol DropoutLayer: Layer {
  /// The part that is dropped.
  var probability: Double { get }
}

extension DropoutLayer {
  public func outputShape(for input: Shape) -> Shape { input }
}
