/// The error for a model that cannot be trained.
public struct ModelError: Error, CustomStringConvertible, Equatable {
  /// The model's name.
  public let model: String
  /// The network, such as `decoder`; nil if a setting is wrong.
  public let network: String?
  /// The layer, such as `Linear "fc"`; nil if a setting is wrong.
  public let layer: String?
  /// What is wrong, and what to do.
  public let reason: String

  init(model: String, network: String? = nil, layer: String? = nil, reason: String) {
    self.model = model
    self.network = network
    self.layer = layer
    self.reason = reason
  }

  /// One line: the model, the layer and the reason.
  public var description: String {
    let place = network.flatMap { network in layer.map { "\($0) of its \(network) " } } ?? ""
    return "model \(model) cannot be used: \(place)\(reason)"
  }
}

/// The error for a layer that does not fit its network, which does not name the model yet.
struct LayerError: Error {
  let layer: String
  let reason: String
}
