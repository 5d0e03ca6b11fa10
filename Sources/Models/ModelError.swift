/// A model that cannot be trained as it is described.
public struct ModelError: Error, CustomStringConvertible, Equatable {
  /// The model's name.
  public let model: String
  /// The network, such as `decoder`; nil if a setting is wrong.
  public let network: String?
  /// The layer, by its kind and name or the layer before it; nil if a setting is wrong.
  public let layer: String?
  /// What is wrong, and what to do.
  public let reason: String

  init(model: String, network: String? = nil, layer: String? = nil, reason: String) {
    self.model = model
    self.network = network
    self.layer = layer
    self.reason = reason
  }

  /// One line that says all of this.
  public var description: String {
    let place = network.flatMap { network in layer.map { "\($0) of its \(network) " } } ?? ""
    return "model \(model) cannot be used: \(place)\(reason)"
  }
}

/// A layer that does not fit its network, which knows neither its role nor its model.
struct LayerError: Error {
  let layer: String
  let reason: String
}
