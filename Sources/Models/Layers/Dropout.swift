/// Drops elements of features with a probability and scales the others by 1 / (1 − p), in training only.
public struct Dropout: DropoutLayer {
  public let probability: Double

  /// Dropout of elements.
  public init(_ probability: Double) { self.probability = probability }

  public func outputShape(for input: Shape) throws -> Shape {
    try checked(input, input.count == 1, "it drops elements of features; a map takes Dropout2D")
  }
}

/// Drops whole channels of a map, as PyTorch's Dropout2d.
public struct Dropout2D: DropoutLayer {
  public let probability: Double

  /// Dropout of channels.
  public init(_ probability: Double) { self.probability = probability }

  public func outputShape(for input: Shape) throws -> Shape {
    try checked(input, input.count == 3, "it drops channels of a map; features take Dropout")
  }
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
  public var kind: LayerKind { .dropout(probability) }

  /// The input's shape, which is the output's.
  ///
  /// - Throws: `ShapeError` where it does not fit, or the probability is outside [0, 1).
  fileprivate func checked(_ input: Shape, _ fits: Bool, _ advice: String) throws -> Shape {
    guard fits else { throw ShapeError(description: "\(advice), not \(input)") }
    guard (0..<1).contains(probability) else {
      throw ShapeError(description: "a probability of \(probability) is not in [0, 1)")
    }
    return input
  }
}
