/// Drops elements of features with a probability p and scales the others by 1 / (1 − p), in
/// training only.
public struct Dropout: DropoutLayer {
  public let probability: Double

  /// Creates dropout of elements with a probability in [0, 1).
  public init(_ probability: Double) { self.probability = probability }

  public func outputShape(for input: Shape) throws -> Shape {
    try checked(input, input.count == 1, "it drops elements of features; a map takes Dropout2D")
  }
}

/// Drops whole channels of a map, like PyTorch's Dropout2d, in training only.
public struct Dropout2D: DropoutLayer {
  public let probability: Double

  /// Creates dropout of channels with a probability in [0, 1).
  public init(_ probability: Double) { self.probability = probability }

  public func outputShape(for input: Shape) throws -> Shape {
    try checked(input, input.count == 3, "it drops channels of a map; features take Dropout")
  }
}

/// A layer that drops a part of its input. It runs in the epilogue of the layer before it.
///
/// A mask has a number for each index of the last axis: a row of features loses elements, and a map
/// loses channels.
public protocol DropoutLayer: Layer {
  /// The part that is dropped, in [0, 1).
  var probability: Double { get }
}

extension DropoutLayer {
  public var kind: LayerKind { .dropout(probability) }

  /// Returns the shape of the output, which is the input's.
  ///
  /// - Throws: `ShapeError` if it does not fit, or the probability is outside [0, 1).
  fileprivate func checked(_ input: Shape, _ fits: Bool, _ advice: String) throws -> Shape {
    guard fits else { throw ShapeError(description: "\(advice), not \(input)") }
    guard (0..<1).contains(probability) else {
      throw ShapeError(description: "a probability of \(probability) is not in [0, 1)")
    }
    return input
  }
}
