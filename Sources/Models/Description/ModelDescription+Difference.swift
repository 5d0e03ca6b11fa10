extension ModelDescription {
  /// Names the first part that differs in `other`, such as `encoder, layer 3`; nil if none does.
  package func firstDifference(from other: ModelDescription) -> String? {
    let settings: [(String, Bool)] = [
      ("name", name == other.name), ("kind", kind == other.kind),
      ("image", image == other.image), ("latent", latent == other.latent),
      ("labels", labels == other.labels),
      ("prefixes", networks.map(\.prefix) == other.networks.map(\.prefix)),
      (
        "initial_deviations",
        networks.map(\.initialWeights) == other.networks.map(\.initialWeights)
      ),
    ]
    if let part = settings.first(where: { !$0.1 }) { return part.0 }
    for (own, others) in zip(networks, other.networks) {
      let same = zip(own.layers, others.layers).prefix { $0 == $1 }.count
      if same < max(own.layers.count, others.layers.count) {
        return "\(own.role), layer \(same + 1)"
      }
    }
    return training == other.training ? nil : "training"
  }
}
