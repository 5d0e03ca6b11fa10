/// Gives a row of features another shape, such as that of a map (height, width, channels).
public struct Reshape: Layer {
  public let kind = LayerKind.reshape
  /// The shape of an output example.
  public let shape: Shape

  /// Creates a reshape to these axes, outermost first.
  public init(_ shape: Int...) { self.shape = shape }

  public func outputShape(for input: Shape) throws -> Shape {
    guard input.count == 1 else {
      throw ShapeError(description: "it takes features, not the map \(input); Linear takes maps")
    }
    return shape
  }
}
