/// A word for a layer in model files, with the layer's fields. `LayerWord.all` has all of them.
struct LayerWord: Sendable {
  let word: String
  let fields: [LayerField]
  /// Whether the only field is written without its name, as in `dropout: 0.25`.
  let isScalar: Bool
  /// Makes a layer from the values of all fields.
  let make: @Sendable (LayerValues) throws -> any Layer
  /// Returns the values of a layer; nil if the layer has another type.
  let values: @Sendable (any Layer) -> [String: LayerDescription.Value]?

  /// Creates the word of a type of layers, with a field for each property.
  init<Own: Layer>(
    _ word: String, _ type: Own.Type, _ properties: [LayerProperty<Own>] = [],
    isScalar: Bool = false, make: @escaping @Sendable (LayerValues) throws -> Own
  ) {
    self.word = word
    self.isScalar = isScalar
    self.make = make
    fields = properties.map(\.field)
    values = { layer in
      (layer as? Own).map { layer in
        let values = properties.compactMap { property in
          property.value(layer).map { (property.field.name, $0) }
        }
        return Dictionary(values, uniquingKeysWith: { $1 })
      }
    }
  }

  /// Creates the word of a layer whose only field is written without its name.
  init<Own: Layer>(
    _ word: String, _ type: Own.Type, value: LayerProperty<Own>,
    make: @escaping @Sendable (LayerValues) throws -> Own
  ) {
    self.init(word, type, [value], isScalar: true, make: make)
  }

  /// Returns the word with this text; nil if there is none.
  static func named(_ word: String) -> LayerWord? { all.first { $0.word == word } }

  /// Reads the values of the fields, and adds the defaults. `place` is that of the layer.
  ///
  /// - Throws: `ModelDescriptionError`.
  func read(
    _ content: ModelNode, _ place: String
  ) throws -> [String: LayerDescription.Value] {
    if isScalar, content.value != .null, let field = fields.first {
      return [field.name: try field.read(content, at: place)]
    }
    let isEmpty = content.value == .null
    let written = isEmpty ? ModelNode(.mapping([]), line: content.line) : content
    let names = fields.map(\.name)
    if names.isEmpty, !isEmpty { throw content.error("\(place) takes no fields") }
    let given = try NodeFields(written, keys: names, at: place)
    var values: [String: LayerDescription.Value] = [:]
    for field in fields {
      if let node = given[field.name] {
        values[field.name] = try field.read(node, at: place)
      } else if field.isRequired {
        throw given.missing(field.name)
      }
    }
    return withDefaults(values)
  }

  /// Adds the defaults of the fields that have no value.
  func withDefaults(
    _ values: [String: LayerDescription.Value]
  ) -> [String: LayerDescription.Value] {
    fields.reduce(into: values) { $0[$1.name] = $0[$1.name] ?? $1.standard }
  }

  /// Removes the values that are the defaults.
  func withoutDefaults(
    _ values: [String: LayerDescription.Value]
  ) -> [String: LayerDescription.Value] {
    fields.reduce(into: values) { values, field in
      if values[field.name] == field.standard { values[field.name] = nil }
    }
  }
}
