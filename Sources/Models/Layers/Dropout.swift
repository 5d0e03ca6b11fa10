/// Drops elements of features with a probability p and scales the others by 1 / (1 − p), in
/// training only.
public struct Dropout: DropoutLayer {
  public let probability: Double

  /// Creates dropout of elements with a probability in [0, 1).
  public init(_ probability: Double) { self.probability = probability }

  public func outputShape(for input: Shape) throws -> Shape {
    guard input.count == 1 else {
      throw ShapeError(
        description: "it drops elements of features, not of \(input); use Dropout2D for a map")
    }
    return try checked(input)
  }
}

/// Drops whole channels of a map, like PyTorch's Dropout2d, in training only.
public struct Dropout2D: DropoutLayer {
  public let probability: Double

  /// Creates dropout of channels with a probability in [0, 1).
  public init(_ probability: Double) { self.probability = probability }

  public func outputShape(for input: Shape) throws -> Shape {
    guard input.count == 3 else {
      throw ShapeError(
        description: "it drops channels of a map, not of \(input); use Dropout for features")
    }
    return try checked(input)
  }
}

/// A layer that drops random parts of its input. It runs in the epilogue of the layer before it.
///
/// A mask has a value for each index of the last axis. So elements of features are dropped, or
/// channels of a map.
public protocol DropoutLayer: Layer {
  /// The probability of dropping an element or a channel, in [0, 1).
  var probability: Double { get }
}

extension DropoutLayer {
  public var kind: LayerKind { .dropout(probability) }

  /// Returns the input's shape, which is also the output's.
  ///
  /// - Throws: `ShapeError` if the probability is outside [0, 1).
  fileprivate func checked(_ input: Shape) throws -> Shape {
    guard (0..<1).contains(probability) else {
      throw ShapeError(description: "a probability of \(probability) is not in [0, 1)")
    }
    return input
  }
}
