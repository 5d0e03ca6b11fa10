import GenerativeModels

extension ModelDescription {
  /// The description as the text of a model file in its canonical form: keys in order, a line for
  /// each layer, no default values.
  public var yaml: String {
    guard case .mapping(let entries) = node.value else { return "" }
    return entries.map { entry in
      guard case .list(let layers) = entry.node.value else {
        return "\(entry.key): \(entry.node.yaml)\n"
      }
      return "\(entry.key):\n" + layers.map { "  - \($0.yamlOfLayer)\n" }.joined()
    }.joined()
  }
}

extension ModelNode {
  /// The node on one line.
  fileprivate var yaml: String {
    switch value {
    case .null: "null"
    case .flag(let flag): "\(flag)"
    case .integer(let integer): "\(integer)"
    case .number(let number): Self.yaml(number)
    case .text(let text): Self.isPlain(text) ? text : "\"\(text)\""
    case .list(let nodes): "[\(nodes.map(\.yaml).joined(separator: ", "))]"
    case .mapping(let entries):
      "{\(entries.map { "\($0.key): \($0.node.yaml)" }.joined(separator: ", "))}"
    }
  }

  /// A layer, without the braces around its word.
  fileprivate var yamlOfLayer: String {
    guard case .mapping(let entries) = value else { return yaml }
    return entries.map { "\($0.key): \($0.node.yaml)" }.joined(separator: ", ")
  }

  /// A number with a point: without one, some readers take `1e-05` for a string.
  private static func yaml(_ number: Double) -> String {
    let text = "\(number)"
    guard let exponent = text.firstIndex(of: "e"), !text.contains(".") else { return text }
    return text[..<exponent] + ".0" + text[exponent...]
  }

  /// Whether every YAML reader takes the unquoted text for a string.
  private static func isPlain(_ text: String) -> Bool {
    let words = ["true", "false", "yes", "no", "on", "off", "y", "n", "null"]
    return text.first?.isLetter == true && !words.contains(text.lowercased())
  }
}
