import GenerativeModels
import Yams

extension ModelNode {
  /// Reads YAML. Anchors, aliases, tags, and quotes around anything but names are refused: no model
  /// needs them, and a few aliases can stand for more nodes than there is memory.
  ///
  /// - Throws: `ModelDescriptionError`.
  init(yaml bytes: [UInt8]) throws {
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    let bytes = bytes.starts(with: mark) ? bytes.dropFirst(mark.count) : bytes[...]
    let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    for (number, line) in zip(1..., lines) {
      if let fault = YAMLLine.fault(in: line) {
        throw ModelDescriptionError(line: number, reason: fault)
      }
    }
    do {
      // The basic resolver leaves all scalars to this reader: YAML takes `no` for false.
      guard let root = try compose(yaml: String(decoding: bytes, as: UTF8.self), .basic) else {
        throw ModelDescriptionError(line: nil, reason: "the file is empty")
      }
      try self.init(root)
    } catch let error as YamlError {
      if let tab = zip(1..., lines).first(where: { YAMLLine.beginsWithTab($1) }) {
        throw ModelDescriptionError(
          line: tab.0, reason: "the line begins with a tab; indent with spaces")
      }
      throw ModelDescriptionError(error)
    }
  }

  private init(_ node: Node) throws {
    let line = node.mark?.line
    switch node {
    case .scalar(let scalar): self.init(Value(scalar), line: line)
    case .sequence(let nodes): self.init(.list(try nodes.map { try ModelNode($0) }), line: line)
    case .mapping(let pairs):
      let entries = try pairs.map { key, node in
        guard let name = key.scalar?.string else {
          throw ModelDescriptionError(line: key.mark?.line, reason: "a key must be a word")
        }
        return Entry(name, try ModelNode(node), line: key.mark?.line)
      }
      self.init(.mapping(entries), line: line)
    case .alias:
      throw ModelDescriptionError(line: line, reason: YAMLLine.unreadable)
    }
  }
}

extension ModelNode.Value {
  /// Reads a scalar: a quoted string, a value of JSON, or otherwise a string.
  fileprivate init(_ scalar: Node.Scalar) {
    let text = scalar.string
    guard scalar.style == .plain else {
      self = .text(text)
      return
    }
    switch text {
    case "", "~", "null": self = .null
    case "true": self = .flag(true)
    case "false": self = .flag(false)
    default:
      if let integer = Int(text) {
        self = .integer(integer)
      } else if text.allSatisfy({ "+-.0123456789eE".contains($0) }), let number = Double(text) {
        self = .number(number)
      } else {
        self = .text(text)
      }
    }
  }
}

extension ModelDescriptionError {
  /// An error of the YAML itself.
  fileprivate init(_ error: YamlError) {
    func syntax(_ line: Int?, _ problem: String) -> ModelDescriptionError {
      ModelDescriptionError(line: line, reason: "it is not YAML: \(problem)")
    }
    switch error {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      self = syntax(mark.line, "\(problem); look at this line and the one before it")
    case .reader(let problem, let offset, _, let yaml):
      let before = offset.map { yaml.prefix($0).unicodeScalars }
      self = syntax(before.map { $0.count { $0 == "\n" } + 1 }, problem)
    case .duplicatedKeysInMapping(let duplicates, let context):
      let keys = duplicates.map { "'\($0.excerpt)'" }.joined(separator: ", ")
      self.init(line: context.mark.line, reason: "a key occurs again below: \(keys)")
    default: self = syntax(nil, "\(error)")
    }
  }
}

/// The checks of a line before YAML is read.
private enum YAMLLine {
  static let unreadable = "anchors, aliases and tags (& * !) are not read; write it out"

  /// Whether a tab is in the indentation of a line, where only the braces of JSON allow it.
  static func beginsWithTab(_ line: ArraySlice<UInt8>) -> Bool {
    let blanks = line.prefix { isBlank($0) }
    return blanks.contains(UInt8(ascii: "\t")) && line.count > blanks.count
  }

  /// Says what in a line is not allowed in a model file; nil for nothing. A line without a space
  /// after `-` or `:` may be valid YAML, but means something else.
  ///
  /// NOTE: a quoted text ends in its line and has only characters of names. So no line begins
  /// within quotes, and what looks like a comment is one.
  static func fault(in line: ArraySlice<UInt8>) -> String? {
    guard !line.contains(0) else { return "it has a NUL byte, so it is not a text file" }
    guard String(validating: line, as: UTF8.self) != nil else { return "it is not UTF-8 text" }
    let content = line.drop { isBlank($0) }
    if content.first == UInt8(ascii: "-"), content.dropFirst().first.map(isLetter) == true {
      return "a space is missing after '-'"
    }
    var (index, isAfterBlank) = (line.startIndex, true)
    while index < line.endIndex {
      let byte = line[index]
      switch byte {
      case UInt8(ascii: "#") where isAfterBlank: return nil
      case UInt8(ascii: "&"), UInt8(ascii: "*"), UInt8(ascii: "!"): return unreadable
      case UInt8(ascii: "\""), UInt8(ascii: "'"):
        let end = line[(index + 1)...].firstIndex { !isOfNames($0) }
        guard let end, line[end] == byte else {
          return "quotes enclose only names: letters, digits and . _ -"
        }
        index = end
      case UInt8(ascii: ":") where index > line.startIndex && isOfNames(line[index - 1]):
        let next = line[(index + 1)...].first ?? UInt8(ascii: " ")
        if !isBlank(next), !",]}".utf8.contains(next) { return "a space is missing after ':'" }
      default: break
      }
      isAfterBlank = isBlank(byte)
      index += 1
    }
    return nil
  }

  private static func isBlank(_ byte: UInt8) -> Bool { " \t\r".utf8.contains(byte) }

  private static func isLetter(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
    default: false
    }
  }

  private static func isOfNames(_ byte: UInt8) -> Bool {
    isLetter(byte) || "0123456789._-".utf8.contains(byte)
  }
}
