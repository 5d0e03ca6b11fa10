/// A field of a layer in model files: its name and the values that it takes.
struct LayerField: Sendable {
  /// The values that a field takes.
  enum Kind: Sendable {
    /// The name of a layer.
    case name
    case flag
    case integer(ClosedRange<Int>)
    case number(Range<Double>)
    /// The axes of an example, outermost first.
    case shape
  }

  let name: String
  let kind: Kind
  /// The value if the file gives none; nil if it has to, or if the layer chooses one itself.
  var standard: LayerDescription.Value?
  /// Whether the file has to give a value.
  var isRequired = false

  /// Reads a value. `place` is that of the layer.
  ///
  /// - Throws: `ModelDescriptionError`.
  func read(_ node: ModelNode, at place: String) throws -> LayerDescription.Value {
    let what = "\(place): \(name)"
    switch kind {
    case .name: return .text(try node.name(what))
    case .flag: return .flag(try node.flag(what))
    case .integer(let range): return .integer(try node.integer(in: range, what))
    case .number(let range):
      let words = "a number of at least \(range.lowerBound) and below \(range.upperBound)"
      return .number(try node.number(what, words, range.contains))
    case .shape: return .shape(try node.shape(what))
    }
  }
}

/// A field of layers of type `Own`, with the property that holds its value.
struct LayerProperty<Own: Layer>: Sendable {
  let field: LayerField
  /// Returns the value of a layer; nil for the one that the layer chooses itself.
  let value: @Sendable (Own) -> LayerDescription.Value?

  typealias Path<Value> = KeyPath<Own, Value> & Sendable

  static func name(_ path: Path<String>) -> Self {
    Self(field: LayerField(name: "name", kind: .name, isRequired: true)) {
      .text($0[keyPath: path])
    }
  }

  static func flag(_ name: String, _ path: Path<Bool>, default standard: Bool) -> Self {
    Self(field: LayerField(name: name, kind: .flag, standard: .flag(standard))) {
      .flag($0[keyPath: path])
    }
  }

  /// An integer, which the file has to give unless there is a default.
  static func integer(
    _ name: String, _ range: ClosedRange<Int>, _ path: Path<Int>, default standard: Int? = nil
  ) -> Self {
    let field = LayerField(
      name: name, kind: .integer(range), standard: standard.map { .integer($0) },
      isRequired: standard == nil)
    return Self(field: field) { .integer($0[keyPath: path]) }
  }

  /// An integer that the layer chooses if the file gives none.
  static func integer(
    _ name: String, _ range: ClosedRange<Int>, chosen path: Path<Int?>
  ) -> Self {
    Self(field: LayerField(name: name, kind: .integer(range))) {
      $0[keyPath: path].map { .integer($0) }
    }
  }

  /// A number, which the file has to give unless there is a default.
  static func number(
    _ name: String, _ range: Range<Double>, _ path: Path<Double>,
    default standard: Double? = nil
  ) -> Self {
    let field = LayerField(
      name: name, kind: .number(range), standard: standard.map { .number($0) },
      isRequired: standard == nil)
    return Self(field: field) { .number($0[keyPath: path]) }
  }

  static func shape(_ name: String, _ path: Path<Shape>) -> Self {
    Self(field: LayerField(name: name, kind: .shape, isRequired: true)) {
      .shape($0[keyPath: path])
    }
  }
}
