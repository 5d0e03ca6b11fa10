import Foundation
import Images

extension ModelDescription {
  /// Reads a description in written form, and checks it.
  ///
  /// - Throws: `ModelDescriptionError`.
  package init(_ node: ModelNode) throws {
    // The kind decides which other keys there are.
    let written = node["kind"]?.node
    let kind = try written.map(Self.readKind)
    let roles = kind?.roles ?? Kind.allCases.flatMap(\.roles)
    let options = ["labels", "prefixes", "initial_deviations", "training"]
    let fields = try NodeFields(
      node, keys: ["name", "kind", "image", "latent"] + roles + options, at: "")
    name = try fields.required("name").name("name")
    guard let kind else { throw fields.missing("kind") }
    self.kind = kind
    image = try Self.readImage(try fields.required("image"))
    latent = try fields.required("latent").integer(in: 1...65_536, "latent")
    labels = try fields["labels"].map(Self.readLabels) ?? 0
    let prefixes = try fields["prefixes"].map {
      try NodeFields($0, keys: roles, at: "prefixes")
    }
    let deviations = try fields["initial_deviations"].map {
      try NodeFields($0, keys: roles, at: "initial_deviations")
    }
    networks = try roles.map { role in
      Network(
        role: role, prefix: try prefixes?[role].map { try Self.readPrefix($0, role) } ?? role,
        initialWeights: try deviations?[role].map { try Self.readDeviation($0, role) } ?? .torch,
        layers: try Self.readLayers(try fields.required(role), role))
    }
    training = try Self.readTraining(fields["training"], of: kind)
  }

  private static func readKind(_ node: ModelNode) throws -> Kind {
    guard case .text(let text) = node.value, let kind = Kind(rawValue: text) else {
      throw node.error("kind must be vae or gan, not \(node.words)")
    }
    return kind
  }

  private static func readImage(_ node: ModelNode) throws -> ImageShape {
    let fields = try NodeFields(node, keys: ["height", "width", "channels"], at: "image")
    func size(_ key: String, _ range: ClosedRange<Int>) throws -> Int {
      try fields.required(key).integer(in: range, fields.place(key))
    }
    return ImageShape(
      height: try size("height", 1...1024), width: try size("width", 1...1024),
      channels: try size("channels", 1...4))
  }

  private static func readLabels(_ node: ModelNode) throws -> Int {
    let counts = GenerativeModels.Network.labelCounts
    let labels = try node.integer(in: 0...counts.upperBound, "labels")
    guard labels == 0 || counts.contains(labels) else {
      throw node.error("labels must be 0 for none, or at least \(counts.lowerBound) classes")
    }
    return labels
  }

  private static func readPrefix(_ node: ModelNode, _ role: String) throws -> String {
    let prefix = try node.name("prefixes: \(role)", mayBeEmpty: true)
    // Checkpoints keep Adam's moments under these names.
    guard !prefix.hasPrefix("optimizer") else {
      throw node.error("prefixes: \(role) must not begin with 'optimizer'")
    }
    return prefix
  }

  private static func readDeviation(_ node: ModelNode, _ role: String) throws -> InitialWeights {
    .normal(
      deviation: try node.number(
        "initial_deviations: \(role)", "a number above 0 and at most 1"
      ) { $0 > 0 && $0 <= 1 })
  }

  private static func readLayers(_ node: ModelNode, _ role: String) throws -> [LayerDescription] {
    guard case .list(let nodes) = node.value else {
      throw node.error("\(role) must be a list of layers, not \(node.words)")
    }
    guard (1...mostLayers).contains(nodes.count) else {
      throw node.error("\(role) must have from 1 to \(mostLayers) layers, not \(nodes.count)")
    }
    return try zip(1..., nodes).map { number, node in
      try LayerDescription(node, at: "\(role), layer \(number)")
    }
  }

  private static let mostLayers = 256

  private static func readTraining(_ node: ModelNode?, of kind: Kind) throws -> Training {
    guard let node else { return kind.training }
    let objective = LearningKey.objective.filter { $0.kinds.contains(kind) }
    let ofVAEs = [betaWarmup, likelihood]
    var others = LearningKey.others(than: kind, of: LearningKey.objective)
    if kind != .vae { for key in ofVAEs { others[key] = .vae } }
    let own = kind == .vae ? ofVAEs : []
    let fields = try NodeFields(
      node, keys: ["batch_size", "learning_rate"] + objective.map(\.key) + own + ["stable"],
      at: "training", others: others)
    var training = Training(
      batchSize: try fields["batch_size"]?.integer(in: 1...65_536, fields.place("batch_size"))
        ?? kind.training.batchSize,
      learningRate: try LearningKey.learningRate.read(fields) ?? kind.training.learningRate,
      stable: try fields["stable"].map {
        try LearningSettings($0, of: kind, at: "training: stable")
      })
    for key in objective { training.objective[keyPath: key.path] = try key.read(fields) }
    training.objective.betaWarmup = try fields[betaWarmup]?.integer(
      in: 1...1_000_000, fields.place(betaWarmup))
    training.objective.likelihood = try fields[likelihood].map {
      guard case .text(let text) = $0.value, let value = Likelihood(rawValue: text) else {
        let words = Likelihood.allCases.map(\.rawValue).joined(separator: " or ")
        throw $0.error("\(fields.place(likelihood)) must be \(words), not \($0.words)")
      }
      return value
    }
    return training
  }

  private static let betaWarmup = "beta_warmup"
  private static let likelihood = "likelihood"

  /// The description in written form, in its canonical order and without defaults.
  package var node: ModelNode {
    typealias Entry = ModelNode.Entry
    func mapping(_ entries: [(key: String, value: ModelNode.Value?)]) -> ModelNode {
      ModelNode(
        .mapping(entries.compactMap { key, value in value.map { Entry(key, ModelNode($0)) } }))
    }
    let prefixes = mapping(
      networks.map { ($0.role, $0.prefix == $0.role ? nil : .text($0.prefix)) })
    let deviations = mapping(
      networks.map { network in
        guard case .normal(let deviation) = network.initialWeights else {
          return (network.role, nil)
        }
        return (network.role, .number(deviation))
      })
    let objective = LearningKey.objective.map { key in
      let value = training.objective[keyPath: key.path]
      return (key: key.key, value: value.map { ModelNode.Value.number($0) })
    }
    let warmup = training.objective.betaWarmup.map { ModelNode.Value.integer($0) }
    return mapping(
      [
        ("name", .text(name)), ("kind", .text(kind.rawValue)),
        (
          "image",
          mapping(zip(["height", "width", "channels"], image.sizes).map { ($0, .integer($1)) })
            .value
        ),
        ("latent", .integer(latent)), ("labels", labels == 0 ? nil : .integer(labels)),
        ("prefixes", prefixes.value == .mapping([]) ? nil : prefixes.value),
        ("initial_deviations", deviations.value == .mapping([]) ? nil : deviations.value),
      ] + networks.map { ($0.role, .list($0.layers.map(\.node))) }
        + [
          (
            "training",
            mapping(
              [
                ("batch_size", .integer(training.batchSize)),
                ("learning_rate", .number(training.learningRate)),
              ] + objective + [
                (Self.betaWarmup, warmup),
                (Self.likelihood, training.objective.likelihood.map { .text($0.rawValue) }),
                ("stable", training.stable?.node.value),
              ]
            ).value
          )
        ])
  }
}

extension ModelDescription: Codable {
  /// Reads a description.
  ///
  /// - Throws: `DecodingError`; `ModelDescriptionError` if it is damaged.
  public init(from decoder: any Decoder) throws { try self.init(ModelNode(from: decoder)) }

  public func encode(to encoder: any Encoder) throws { try node.encode(to: encoder) }

  /// Reads a description from JSON, such as that of a checkpoint.
  ///
  /// - Throws: `ModelDescriptionError` if it is damaged.
  public init(parsing json: String) throws {
    guard json.utf8.count <= Self.mostBytes else {
      throw ModelDescriptionError(
        line: nil, reason: "it has \(json.utf8.count) bytes, more than \(Self.mostBytes)")
    }
    let node: ModelNode
    do {
      node = try JSONDecoder().decode(ModelNode.self, from: Data(json.utf8))
    } catch {
      throw ModelDescriptionError(line: nil, reason: "it is not JSON")
    }
    try self.init(node)
  }

  private static let mostBytes = 1 << 18

  /// Returns the description as JSON on one line, with the keys in alphabetical order.
  ///
  /// - Throws: `EncodingError`.
  public func json() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(self), as: UTF8.self)
  }
}
