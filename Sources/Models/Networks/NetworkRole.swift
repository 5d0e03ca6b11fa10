import GPUTensor

/// The requirements of training for one of a model's networks. A network that does not meet them
/// would be trained with a wrong loss or gradient, without an error.
struct NetworkRole {
  /// The role's name, such as `decoder`.
  let name: String
  let network: Network
  /// What its outputs are.
  var outputs = NetworkOutputs.any
  /// Whether its inputs are latents, which are features.
  var takesLatents = false
  /// Whether it may have dropout, which training applies only to some networks.
  var dropsOut = false
  /// The activations that its last layer may have; nil for any.
  var ends: [Activation]?
  /// What decides the activations besides the role, such as `with the Bernoulli likelihood`; empty
  /// for nothing.
  var endsWith = ""

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
          "is followed by dropout; only encoders and discriminators may have it: remove it")
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
    if let ends, !ends.contains(last.activation) || last.layer.isSiLU {
      throw last.error("\(last.ending); \(rule(ends))")
    }
    if let fault = outputs.fault(of: network.output) { throw last.error(fault) }
  }

  /// Says in which activations the network may end.
  private func rule(_ ends: [Activation]) -> String {
    let article = name.first.map("aeiou".contains) == true ? "an" : "a"
    let network = [article, name, endsWith].filter { !$0.isEmpty }.joined(separator: " ")
    guard ends != [.identity] else {
      return "\(network) ends without an activation: remove it, or add a linear layer"
    }
    let words = ends.map { $0 == .identity ? "no activation" : $0.word }
    let choice = [words.dropLast().joined(separator: ", "), words.last ?? ""]
      .filter { !$0.isEmpty }.joined(separator: " or ")
    return "\(network) must end in \(choice)"
  }
}

extension StageLayer {
  /// Whether it is the activation that has kernels of its own.
  fileprivate var isSiLU: Bool {
    if case .unweighted(let layer, _) = self { layer is SiLU } else { false }
  }
}

extension Stage {
  /// Says what the stage ends in.
  fileprivate var ending: String {
    if case .unweighted(let layer, _) = layer { return "ends in \(layer.name)" }
    return activation == .identity ? "ends without an activation" : "ends in \(activation.word)"
  }
}

extension ClassifyingModel {
  /// Checks that its networks meet the requirements of training.
  ///
  /// - Throws: `ModelError`.
  func check() throws(ModelError) {
    try NetworkRole.check(
      NetworkRole(name: "features", network: features, outputs: .features(for: head)),
      NetworkRole(name: "head", network: head, ends: [.identity]), of: name)
  }
}
