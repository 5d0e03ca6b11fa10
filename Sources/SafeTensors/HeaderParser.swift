/// The content of a header, before it is checked against the data.
struct Header {
  struct Entry {
    var name: String
    var elementType: ElementType
    var shape: [Int]
    /// The span, relative to the end of the header; not negative, otherwise unchecked.
    var begin: Int
    var end: Int
  }

  var metadata: [String: String] = [:]
  var tensors: [Entry] = []
}

/// A parser for exactly the JSON that a safetensors header may contain.
///
/// A general JSON parser would lose what matters here: the order of the entries, names that occur
/// twice, and integers too large for a double.
struct HeaderParser {
  private let bytes: ArraySlice<UInt8>
  private var position: Int

  /// - Parameter bytes: The header alone, as a slice of the file, so that errors count from the
  ///   start of the file.
  init(bytes: ArraySlice<UInt8>) {
    self.bytes = bytes
    position = bytes.startIndex
  }

  /// Reads the whole header.
  /// - Throws: `SafeTensorsError`.
  mutating func parse() throws -> Header {
    var header = Header()
    guard next == UInt8(ascii: "{") else { throw failure("no opening brace") }
    try parseObject { parser, name in
      if name == metadataKey {
        guard !parser.acceptNull() else { return }
        try parser.parseObject { header.metadata[$1] = try $0.parseString() }
      } else {
        header.tensors.append(try parser.parseEntry(name: name))
      }
    }
    skipSpace()
    guard position == bytes.endIndex else { throw failure("something after the closing brace") }
    return header
  }

  private mutating func parseEntry(name: String) throws -> Header.Entry {
    var elementType: ElementType?
    var shape: [Int]?
    var span: [Int]?
    try parseObject { parser, field in
      switch field {
      case "dtype":
        let text = try parser.parseString()
        elementType = ElementType(rawValue: text)
        if elementType == nil {
          throw SafeTensorsError.unknownElementType(tensor: name, name: text)
        }
      case "shape": shape = try parser.parseIntegers()
      case "data_offsets": span = try parser.parseIntegers()
      default: throw parser.failure("the unknown field \(quoted(field))")
      }
    }
    guard let elementType, let shape, let span, span.count == 2 else {
      throw failure("tensor \(quoted(name)) lacks a dtype, a shape or two data_offsets")
    }
    return Header.Entry(
      name: name, elementType: elementType, shape: shape, begin: span[0], end: span[1])
  }

  /// Reads an object. `value` reads each value, given its key. No key may occur twice.
  private mutating func parseObject(
    _ value: (inout HeaderParser, String) throws -> Void
  ) throws {
    var keys: Set<String> = []
    try expect("{")
    if accept("}") { return }
    repeat {
      let key = try parseString()
      guard keys.insert(key).inserted else { throw SafeTensorsError.duplicate(key) }
      try expect(":")
      try value(&self, key)
    } while accept(",")
    try expect("}")
  }

  private mutating func parseIntegers() throws -> [Int] {
    var integers: [Int] = []
    try expect("[")
    if accept("]") { return integers }
    repeat { integers.append(try parseInteger()) } while accept(",")
    try expect("]")
    return integers
  }

  /// Reads a decimal integer that is not negative and fits in an `Int`.
  private mutating func parseInteger() throws -> Int {
    skipSpace()
    let start = position
    var value = 0
    while let byte = next, case UInt8(ascii: "0")...UInt8(ascii: "9") = byte {
      let (tenfold, overflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, overflowToo) = tenfold.addingReportingOverflow(Int(byte - UInt8(ascii: "0")))
      guard !overflow, !overflowToo else { throw failure("an integer that is too large") }
      value = sum
      position += 1
    }
    guard position > start else { throw failure("no non-negative integer") }
    guard position == start + 1 || bytes[start] != UInt8(ascii: "0") else {
      throw failure("an integer with a leading zero")
    }
    return value
  }

  private mutating func parseString() throws -> String {
    try expect("\"")
    var text: [UInt8] = []
    while let byte = next {
      position += 1
      switch byte {
      case UInt8(ascii: "\""):
        guard let string = String(validating: text, as: UTF8.self) else {
          throw failure("a string that is not UTF-8")
        }
        guard isStreamSafe(string) else { throw failure("too many combining marks in a row") }
        return string
      case UInt8(ascii: "\\"): text += Array(String(try parseEscape()).utf8)
      case 0..<0x20: throw failure("a control character within a string")
      default: text.append(byte)
      }
    }
    throw failure("a string without its end")
  }

  /// Reads an escape, after its backslash.
  private mutating func parseEscape() throws -> Unicode.Scalar {
    guard let byte = next else { throw failure("a string without its end") }
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"):
      var value = try parseFourHexDigits()
      if 0xD800..<0xDC00 ~= value, bytes[position...].starts(with: Array("\\u".utf8)) {
        // Two escapes of a UTF-16 surrogate pair give one character.
        position += 2
        let low = try parseFourHexDigits()
        guard 0xDC00..<0xE000 ~= low else { throw failure("half of a surrogate pair") }
        value = 0x10000 + (value - 0xD800) << 10 + (low - 0xDC00)
      }
      guard let scalar = Unicode.Scalar(value) else { throw failure("half of a surrogate pair") }
      return scalar
    default: throw failure("an unknown escape")
    }
  }

  private mutating func parseFourHexDigits() throws -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard let byte = next, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
        throw failure("an escape without four hexadecimal digits")
      }
      value = value << 4 + UInt32(digit)
      position += 1
    }
    return value
  }

  private var next: UInt8? { position < bytes.endIndex ? bytes[position] : nil }

  private mutating func skipSpace() {
    while let byte = next, [0x20, 0x0A, 0x0D, 0x09].contains(byte) { position += 1 }
  }

  /// Skips white space and, if it comes next, the character. Returns whether it did.
  private mutating func accept(_ character: Unicode.Scalar) -> Bool {
    skipSpace()
    guard next == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  /// Skips white space and, if it comes next, `null`. Returns whether it did.
  private mutating func acceptNull() -> Bool {
    skipSpace()
    let word = "null".utf8
    guard bytes[position...].starts(with: word) else { return false }
    position += word.count
    return true
  }

  private mutating func expect(_ character: Unicode.Scalar) throws {
    guard accept(character) else { throw failure("a missing \(character)") }
  }

  private func failure(_ reason: String) -> SafeTensorsError {
    .header(offset: position, reason: reason)
  }
}

/// Returns whether at most 30 combining marks follow each other, as in Unicode's Stream-Safe Text
/// Format (UAX #15). Comparing or hashing a text sorts such a sequence first, in quadratic time:
/// one of some megabytes would take hours.
private func isStreamSafe(_ text: String) -> Bool {
  var marks = 0
  return text.unicodeScalars.allSatisfy { scalar in
    let isMark = scalar.properties.canonicalCombiningClass != .notReordered
    marks = isMark ? marks + 1 : 0
    return marks <= 30
  }
}
