/// A model that would not be trained as its file says.
public struct ModelError: Error, CustomStringConvertible, Equatable {
  /// The model's name.
  public let model: String
  /// The network, such as `decoder`.
  public let network: String
  /// The layer, by its kind and its name or what it follows.
  public let layer: String
  /// What is wrong with it, and what to do.
  public let reason: String

  /// One line with all of that.
  public var description: String {
    "model \(model) cannot be used: \(layer) of its \(network) \(reason)"
  }
}

/// The same within a network, which does not know its role or its model.
struct LayerError: Error {
  let layer: String
  let reason: String
}
