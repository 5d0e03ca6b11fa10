/// The error for a model's description that is damaged or contradicts itself.
public struct ModelDescriptionError: Error, CustomStringConvertible, Equatable {
  /// The line in the file, from 1; nil if it is not known.
  public let line: Int?
  /// One line: the place, such as `encoder, layer 3`, what is wrong, and what to do.
  public let reason: String

  package init(line: Int?, reason: String) { (self.line, self.reason) = (line, reason) }

  public var description: String { reason }
}

/// The fields of a mapping with known keys.
struct NodeFields {
  /// The place of the mapping for messages, such as `training`; empty for the whole description.
  let place: String
  private let mapping: ModelNode

  /// Checks that a node is a mapping, with no key but these, and each at most once.
  ///
  /// - Parameters:
  ///   - node: The node.
  ///   - keys: The keys that it may have.
  ///   - place: The place of the mapping for messages.
  ///   - others: The keys that another kind of models has, and that kind.
  /// - Throws: `ModelDescriptionError`.
  init(
    _ node: ModelNode, keys: [String], at place: String,
    others: [String: ModelDescription.Kind] = [:]
  ) throws {
    (self.place, mapping) = (place, node)
    let what = place.isEmpty ? "the description" : place
    guard case .mapping(let entries) = node.value else {
      throw node.error("\(what) must be a mapping of keys to values, not \(node.words)")
    }
    var seen: Set<String> = []
    for entry in entries {
      guard keys.contains(entry.key) else {
        if let kind = others[entry.key] {
          throw ModelDescriptionError(
            line: entry.line ?? node.line,
            reason: "\(what): \(entry.key) is only for a \(kind.rawValue.uppercased()); remove it")
        }
        throw ModelDescriptionError(
          line: entry.line ?? node.line,
          reason: "\(what) has no key '\(entry.key.excerpt)'; its keys are "
            + keys.joined(separator: ", "))
      }
      guard seen.insert(entry.key).inserted else {
        throw ModelDescriptionError(
          line: entry.line ?? node.line, reason: "\(what) has the key '\(entry.key)' twice")
      }
    }
  }

  /// The value of a key; nil if there is none.
  subscript(key: String) -> ModelNode? { mapping[key]?.node }

  /// Returns the value of a key that has to be there.
  ///
  /// - Throws: `ModelDescriptionError`.
  func required(_ key: String) throws -> ModelNode {
    guard let node = self[key] else { throw missing(key) }
    return node
  }

  /// Returns the place of a key.
  func place(_ key: String) -> String { place.isEmpty ? key : "\(place): \(key)" }

  /// Returns the error that a key is missing.
  func missing(_ key: String) -> ModelDescriptionError {
    mapping.error(place.isEmpty ? "'\(key)' is missing" : "\(place): '\(key)' is missing")
  }
}

/// Checks of values. `what` names the value in a message.
extension ModelNode {
  /// Returns an error at the node's line.
  func error(_ reason: String) -> ModelDescriptionError {
    ModelDescriptionError(line: line, reason: reason)
  }

  func flag(_ what: String) throws -> Bool {
    guard case .flag(let flag) = value else {
      throw error("\(what) must be true or false, not \(words)")
    }
    return flag
  }

  func integer(in range: ClosedRange<Int>, _ what: String) throws -> Int {
    guard case .integer(let integer) = value, range.contains(integer) else {
      let wanted = "an integer from \(range.lowerBound) to \(range.upperBound)"
      throw error("\(what) must be \(wanted), not \(words)")
    }
    return integer
  }

  /// Returns a number for which `rule` is true, which `wanted` says in words.
  func number(_ what: String, _ wanted: String, _ rule: (Double) -> Bool) throws -> Double {
    switch value {
    case .integer(let integer) where rule(Double(integer)): return Double(integer)
    case .number(let number) where rule(number): return number
    default: throw error("\(what) must be \(wanted), not \(words)")
    }
  }

  /// Returns a name, which can be a part of a parameter's or of a file's name.
  func name(_ what: String, mayBeEmpty: Bool = false) throws -> String {
    switch value {
    case .text(let text) where text.isEmpty && mayBeEmpty: return text
    case .text(let text) where Self.isName(text): return text
    case .integer, .number, .flag:
      throw error("\(what) must be a name; put \(words) in double quotes if it is one")
    default:
      throw error(
        "\(what) must be a name of at most \(Self.longestName) letters, digits and . _ -, which "
          + "begins with a letter or a digit, not \(words)")
    }
  }

  private static let longestName = 64

  private static func isName(_ text: String) -> Bool {
    func isPlain(_ character: Character) -> Bool {
      character.isASCII && (character.isLetter || character.isNumber)
    }
    return text.count <= longestName && text.first.map(isPlain) == true
      && text.allSatisfy { isPlain($0) || "._-".contains($0) }
  }

  /// Returns the axes of an example: one or three, each from 1 to 65536.
  func shape(_ what: String) throws -> Shape {
    guard case .list(let nodes) = value, [1, 3].contains(nodes.count) else {
      throw error("\(what) must be [features] or [height, width, channels], not \(words)")
    }
    return try nodes.map { try $0.integer(in: 1...65_536, "\(what): an axis") }
  }
}
