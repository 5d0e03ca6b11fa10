import GPUTensor

/// The requirements of training for one of a model's networks. A network that does not meet them
/// would be trained with a wrong loss or gradient, without an error.
struct NetworkRole {
  /// The role's name, such as `decoder`.
  let name: String
  let network: Network
  /// The required number of outputs; nil for any.
  var outputs: Int?
  /// Whether its inputs are latents, which are features.
  var takesLatents = false
  /// The network that takes its outputs; nil for none.
  var feeds: Network?
  /// Whether it may have dropout, which training applies only to some networks.
  var dropsOut = false
  /// The activations that its last layer may have; nil for any.
  var ends: [Activation]?

  /// Checks a model's networks, and that all layers have different names.
  ///
  /// - Throws: `ModelError`.
  static func check(_ roles: NetworkRole..., of model: String) throws(ModelError) {
    var names: Set<String> = []
    for role in roles {
      do {
        try role.check(besides: &names)
      } catch {
        throw ModelError(
          model: model, network: role.name, layer: error.layer, reason: error.reason)
      }
    }
  }

  /// Checks the network.
  ///
  /// - Parameter names: The names of layers that were checked before. The network's are added.
  /// - Throws: `LayerError`.
  private func check(besides names: inout Set<String>) throws(LayerError) {
    if let flaw = network.flaw { throw flaw }
    for stage in network.stages {
      guard names.insert(network.label(stage)).inserted else {
        throw stage.error("has the name of another layer and would share its weights; rename it")
      }
      guard dropsOut || stage.dropout == nil else {
        throw stage.error(
          "is followed by dropout, which is off forward but scales the gradients; remove it")
      }
    }
    guard let first = network.stages.first, let last = network.stages.last else { return }
    guard !takesLatents || network.input.count == 1 else {
      throw first.error(
        "takes the map \(network.input), and latents are features; begin with Linear and Reshape")
    }
    guard last.dropout == nil else {
      throw last.error("is followed by dropout at the end, where it has no gradient; remove it")
    }
    if let ends, !ends.contains(last.activation) {
      func name(_ function: Activation) -> String {
        function == .identity ? "no activation" : "\(function)"
      }
      let right = ends.map(name).joined(separator: " or ")
      throw last.error("ends in \(name(last.activation)); the loss is right for \(right)")
    }
    let count = network.output.reduce(1, *)
    let taken = outputs ?? feeds?.input.reduce(1, *)
    if let taken, count != taken {
      throw last.error("gives \(count) outputs, and \(taken) are taken")
    }
    // The next network may begin with a convolution, which takes only this shape.
    if let map = feeds?.input, map.count > 1, network.output != map {
      throw last.error("gives the shape \(network.output), and \(map) is taken; add a Reshape")
    }
  }
}

extension ClassifyingModel {
  /// Checks that its networks meet the requirements of training.
  ///
  /// - Throws: `ModelError`.
  func check() throws(ModelError) {
    try NetworkRole.check(
      NetworkRole(name: "features", network: features, feeds: head),
      NetworkRole(name: "head", network: head, ends: [.identity]), of: name)
  }
}
