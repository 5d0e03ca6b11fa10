/// The description of a layer: its word in model files, such as `conv2d`, and its fields.
public struct LayerDescription: Equatable, Sendable {
  /// The value of a field.
  public enum Value: Equatable, Sendable {
    /// Yes or no, such as whether there is a bias.
    case flag(Bool)
    /// An integer, such as a number of channels.
    case integer(Int)
    /// A number, such as a probability.
    case number(Double)
    /// A name.
    case text(String)
    /// The axes of an example, outermost first.
    case shape(Shape)
  }

  /// The layer's word.
  public let word: String
  /// The fields, without those that have their default values.
  public let fields: [String: Value]

  /// Describes a layer; nil if it is not one of the library's own.
  public init?(_ layer: any Layer) {
    for known in LayerWord.all {
      guard let values = known.values(layer) else { continue }
      (word, fields) = (known.word, known.withoutDefaults(values))
      return
    }
    return nil
  }

  /// Reads a layer, and checks its fields. `place` is that of the layer, such as
  /// `encoder, layer 3`.
  ///
  /// - Throws: `ModelDescriptionError`.
  init(_ node: ModelNode, at place: String) throws {
    let (word, content) = try Self.split(node, at: place)
    guard let known = LayerWord.named(word) else {
      let words = LayerWord.all.map(\.word).joined(separator: ", ")
      throw node.error("\(place): there is no layer '\(word.excerpt)'; the layers are \(words)")
    }
    let values = try known.read(content, "\(place), \(word)")
    // The layer itself knows which of the values are its defaults.
    guard let description = Self(try known.make(LayerValues(values: values))) else {
      throw node.error("\(place): \(word) has no description")
    }
    self = description
  }

  /// Splits `word` or `word: content`.
  private static func split(
    _ node: ModelNode, at place: String
  ) throws -> (word: String, content: ModelNode) {
    switch node.value {
    case .text(let word): return (word, ModelNode(.null, line: node.line))
    case .mapping(let entries) where entries.count == 1:
      return (entries[0].key, entries[0].node)
    default:
      throw node.error(
        "\(place) must be a word such as relu, or a word with its fields such as "
          + "linear: {name: fc, to: 8}")
    }
  }

  /// Creates the layer.
  func layer() throws -> any Layer {
    guard let known = LayerWord.named(word) else {
      throw ModelDescriptionError(line: nil, reason: "there is no layer '\(word)'")
    }
    return try known.make(LayerValues(values: known.withDefaults(fields)))
  }

  /// The layer in written form.
  var node: ModelNode {
    let names = LayerWord.named(word)?.fields.map(\.name) ?? []
    let entries = names.compactMap { name in
      fields[name].map { ModelNode.Entry(name, ModelNode($0.written)) }
    }
    guard let first = entries.first else { return ModelNode(.text(word)) }
    let isScalar = LayerWord.named(word)?.isScalar == true
    let content = isScalar ? first.node : ModelNode(.mapping(entries))
    return ModelNode(.mapping([ModelNode.Entry(word, content)]))
  }
}

extension LayerDescription.Value {
  /// The value in written form.
  fileprivate var written: ModelNode.Value {
    switch self {
    case .flag(let flag): .flag(flag)
    case .integer(let integer): .integer(integer)
    case .number(let number): .number(number)
    case .text(let text): .text(text)
    case .shape(let shape): .list(shape.map { ModelNode(.integer($0)) })
    }
  }
}

/// The values of all of a layer's fields, which were checked.
struct LayerValues {
  let values: [String: LayerDescription.Value]

  func flag(_ name: String) throws -> Bool {
    if case .flag(let flag)? = values[name] { flag } else { throw missing(name) }
  }

  func integer(_ name: String) throws -> Int {
    if case .integer(let integer)? = values[name] { integer } else { throw missing(name) }
  }

  /// Returns an integer; nil if the file does not give it.
  func integerIfGiven(_ name: String) -> Int? {
    if case .integer(let integer)? = values[name] { integer } else { nil }
  }

  func number(_ name: String) throws -> Double {
    if case .number(let number)? = values[name] { number } else { throw missing(name) }
  }

  func text(_ name: String) throws -> String {
    if case .text(let text)? = values[name] { text } else { throw missing(name) }
  }

  func shape(_ name: String) throws -> Shape {
    if case .shape(let shape)? = values[name] { shape } else { throw missing(name) }
  }

  private func missing(_ name: String) -> ModelDescriptionError {
    ModelDescriptionError(line: nil, reason: "'\(name)' is missing")
  }
}
