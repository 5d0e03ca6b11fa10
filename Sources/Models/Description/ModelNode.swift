/// A part of a model's description in written form: a tree, as JSON and YAML have it.
package struct ModelNode: Equatable, Sendable {
  /// The content of a node.
  package indirect enum Value: Equatable, Sendable {
    case null
    case flag(Bool)
    case integer(Int)
    case number(Double)
    case text(String)
    case list([ModelNode])
    case mapping([Entry])
  }

  /// A key of a mapping with its value.
  package struct Entry: Equatable, Sendable {
    package let key: String
    package let node: ModelNode
    /// The line of the key in its file, from 1; nil if the text has no lines.
    package let line: Int?

    package init(_ key: String, _ node: ModelNode, line: Int? = nil) {
      (self.key, self.node, self.line) = (key, node, line)
    }
  }

  package let value: Value
  /// The line in its file, from 1; nil if the text has no lines.
  package let line: Int?

  package init(_ value: Value, line: Int? = nil) { (self.value, self.line) = (value, line) }

  /// The content in a few words, for a message.
  var words: String {
    switch value {
    case .null: "nothing"
    case .flag(let flag): "\(flag)"
    case .integer(let integer): "\(integer)"
    case .number(let number): "\(number)"
    case .text(let text): "'\(text.excerpt)'"
    case .list: "a list"
    case .mapping: "a mapping"
    }
  }

  /// The entry of a mapping with this key; nil if there is none.
  package subscript(key: String) -> Entry? {
    if case .mapping(let entries) = value { entries.first { $0.key == key } } else { nil }
  }
}

extension String {
  /// Its first characters, on one line, for a message.
  package var excerpt: String {
    let scalars = unicodeScalars.prefix(40).map { scalar -> Unicode.Scalar in
      switch scalar.properties.generalCategory {
      case .control, .lineSeparator, .paragraphSeparator: " "
      default: scalar
      }
    }
    return String(String.UnicodeScalarView(scalars)) + (unicodeScalars.count > 40 ? "…" : "")
  }
}

extension ModelNode: Codable {
  /// Reads a node of JSON. A mapping's entries are in the order of their keys.
  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self.init(.null)
    } else if let text = try? container.decode(String.self) {
      self.init(.text(text))
    } else if let flag = try? container.decode(Bool.self) {
      self.init(.flag(flag))
    } else if let integer = try? container.decode(Int.self) {
      self.init(.integer(integer))
    } else if let number = try? container.decode(Double.self) {
      self.init(.number(number))
    } else if let nodes = try? container.decode([ModelNode].self) {
      self.init(.list(nodes))
    } else {
      // NOTE: a dictionary, since coders leave its keys as they are.
      let nodes = try container.decode([String: ModelNode].self)
      self.init(.mapping(nodes.sorted { $0.key < $1.key }.map { Entry($0.key, $0.value) }))
    }
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch value {
    case .null: try container.encodeNil()
    case .flag(let flag): try container.encode(flag)
    case .integer(let integer): try container.encode(integer)
    case .number(let number): try container.encode(number)
    case .text(let text): try container.encode(text)
    case .list(let nodes): try container.encode(nodes)
    case .mapping(let entries):
      try container.encode(
        Dictionary(entries.map { ($0.key, $0.node) }, uniquingKeysWith: { $1 }))
    }
  }
}
