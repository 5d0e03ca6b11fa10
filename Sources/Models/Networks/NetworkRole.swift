import GPUTensor

/// What a model's training takes from one of its networks. A network that does not give it would be
/// trained without an error, by the wrong loss or gradient.
struct NetworkRole {
  /// Such as `decoder`.
  let name: String
  let network: Network
  /// The number of elements that it gives for an example; nil for any.
  var outputs: Int?
  /// Whether it takes latents, which are features.
  var takesLatents = false
  /// The network that takes its outputs as they are; nil where none does.
  var feeds: Network?
  /// Whether its training draws dropout.
  var dropsOut = false
  /// The function that it ends in; nil for any, whose derivative the training then takes.
  var end: Activation?

  /// Checks a model's networks, each for itself and their layers' names together.
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

  /// - Parameter names: those of the layers that were checked before, to which it adds its own.
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
    if let end, last.activation != end {
      func name(_ function: Activation) -> String {
        function == .identity ? "no activation" : "\(function)"
      }
      throw last.error("ends in \(name(last.activation)); the loss is right for \(name(end))")
    }
    let count = network.output.reduce(1, *)
    let taken = outputs ?? feeds?.input.reduce(1, *)
    if let taken, count != taken {
      throw last.error("gives \(count) outputs, and \(taken) are taken")
    }
    // What takes a map may begin with a convolution, which takes no other shape.
    if let map = feeds?.input, map.count > 1, network.output != map {
      throw last.error("gives the shape \(network.output), and \(map) is taken; add a Reshape")
    }
  }
}

extension ClassifyingModel {
  /// Checks that its networks are what its training takes them for.
  ///
  /// - Throws: `ModelError`.
  func check() throws(ModelError) {
    try NetworkRole.check(
      NetworkRole(name: "features", network: features, feeds: head),
      NetworkRole(name: "head", network: head, end: .identity), of: name)
  }
}
