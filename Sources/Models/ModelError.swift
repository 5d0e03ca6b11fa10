/// A model that would not be trained as its file says.
public struct ModelError: Error, CustomStringConvertible, Equatable {
  /// The model's name.
  public let model: String
  /// The network, such as `decoder`; nil where a setting is wrong.
  public let network: String?
  /// The layer, by its kind and its name or what it follows; nil where a setting is wrong.
  public let layer: String?
  /// What is wrong with it, and what to do.
  public let reason: String

  init(model: String, network: String? = nil, layer: String? = nil, reason: String) {
    self.model = model
    self.network = network
    self.layer = layer
    self.reason = reason
  }

  /// One line with all of that.
  public var description: String {
    let place = network.flatMap { network in layer.map { "\($0) of its \(network) " } } ?? ""
    return "model \(model) cannot be used: \(place)\(reason)"
  }
}

/// The same within a network, which does not know its role or its model.
struct LayerError: Error {
  let layer: String
  let reason: String
}
