/// A key of learning settings in model files.
struct LearningKey: Sendable {
  typealias Path = WritableKeyPath<LearningSettings, Double?> & Sendable

  let key: String
  /// The kinds of models that have the setting.
  let kinds: [ModelDescription.Kind]
  /// The setting.
  let path: Path
  /// The numbers that it takes, in words.
  let words: String
  /// Whether it takes a number.
  let rule: @Sendable (Double) -> Bool

  /// Creates a key, by default of all kinds of models.
  private init(
    _ key: String, of kinds: [ModelDescription.Kind] = ModelDescription.Kind.allCases,
    _ path: Path, _ words: String, _ rule: @escaping @Sendable (Double) -> Bool
  ) {
    (self.key, self.kinds, self.path) = (key, kinds, path)
    (self.words, self.rule) = (words, rule)
  }

  /// Reads the setting; nil if it is not given.
  ///
  /// - Throws: `ModelDescriptionError`.
  func read(_ fields: NodeFields) throws -> Double? {
    try fields[key].map { try $0.number(fields.place(key), words, rule) }
  }

  /// The keys of settings that a preset may override.
  static let all = [
    learningRate,
    LearningKey(
      "discriminator_learning_rate", of: [.gan], \.discriminatorLearningRate, learningRate.words,
      learningRate.rule),
    beta1,
  ]

  /// The keys of the loss, and β₁.
  static let objective = [
    beta1,
    LearningKey("beta", of: [.vae], \.beta, "a number from 0 to 1000") { (0...1000).contains($0) },
    LearningKey("real_label", of: [.gan], \.realLabel, learningRate.words, learningRate.rule),
  ]

  /// Returns those of `keys` that only other kinds of models have, and these kinds.
  static func others(
    than kind: ModelDescription.Kind, of keys: [LearningKey]
  ) -> [String: ModelDescription.Kind] {
    keys.reduce(into: [:]) { others, key in
      if !key.kinds.contains(kind) { others[key.key] = key.kinds.first }
    }
  }

  static let learningRate = LearningKey(
    "learning_rate", \.learningRate, "a number above 0 and at most 1"
  ) { $0 > 0 && $0 <= 1 }

  private static let beta1 = LearningKey(
    "beta1", \.beta1, "a number of at least 0 and below 1"
  ) { (0..<1).contains($0) }
}

extension LearningSettings {
  /// Reads settings of a kind of model. `place` is that of the mapping.
  ///
  /// - Throws: `ModelDescriptionError`.
  init(_ node: ModelNode, of kind: ModelDescription.Kind, at place: String) throws {
    let keys = LearningKey.all.filter { $0.kinds.contains(kind) }
    let fields = try NodeFields(
      node, keys: keys.map(\.key), at: place,
      others: LearningKey.others(than: kind, of: LearningKey.all))
    self.init()
    for key in keys { self[keyPath: key.path] = try key.read(fields) }
  }

  /// The settings in written form, without those that override nothing.
  var node: ModelNode {
    ModelNode(
      .mapping(
        LearningKey.all.compactMap { key in
          self[keyPath: key.path].map { ModelNode.Entry(key.key, ModelNode(.number($0))) }
        }))
  }
}
