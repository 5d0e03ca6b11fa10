/// A parser for exactly the Python dict that NumPy writes: three keys, in any order, with a string,
/// a bool and a tuple of integers.
struct NPYDictParser {
  typealias Failure = NPYHeader.Failure

  /// The content of the dict, unchecked.
  struct Dict: Equatable {
    let type: String
    let isFortranOrder: Bool
    let shape: [Int]
  }

  private let bytes: ArraySlice<UInt8>
  private var position: Int

  /// - Parameter bytes: The dict and the white space that fills up the header.
  init(_ bytes: ArraySlice<UInt8>) {
    self.bytes = bytes
    position = bytes.startIndex
  }

  /// Reads the whole dict.
  /// - Throws: `NPYHeader.Failure`.
  mutating func parse() throws(Failure) -> Dict {
    var type: String?
    var isFortranOrder: Bool?
    var shape: [Int]?
    try expect("{")
    while !accept("}") {
      let key = try parseString()
      try expect(":")
      switch key {
      case "descr" where type == nil: type = try parseType()
      case "fortran_order" where isFortranOrder == nil: isFortranOrder = try parseBool()
      case "shape" where shape == nil: shape = try parseTuple()
      default: throw .malformed("its header has an unknown or a second key \"\(key)\"")
      }
      guard accept(",") else {
        try expect("}")
        break
      }
    }
    skipSpace()
    guard position == bytes.endIndex else {
      throw .malformed("something follows the dict of its header")
    }
    guard let type, let isFortranOrder, let shape else {
      throw .malformed("its header lacks descr, fortran_order or shape")
    }
    return Dict(type: type, isFortranOrder: isFortranOrder, shape: shape)
  }

  private mutating func parseType() throws(Failure) -> String {
    // A list of fields.
    if accept("[") { throw .structured }
    return try parseString()
  }

  /// Reads a string of printable ASCII without escapes.
  private mutating func parseString() throws(Failure) -> String {
    let quote: Unicode.Scalar = accept("\"") ? "\"" : "'"
    if quote == "'" { try expect("'") }
    let text = bytes[position...].prefix { (0x20..<0x7F).contains($0) && $0 != UInt8(ascii: quote) }
    position = text.endIndex
    guard next == UInt8(ascii: quote), !text.contains(UInt8(ascii: "\\")) else {
      throw .malformed("its header has an unreadable string")
    }
    position += 1
    return String(decoding: text, as: UTF8.self)
  }

  private mutating func parseBool() throws(Failure) -> Bool {
    skipSpace()
    for (word, value) in [("True", true), ("False", false)]
    where bytes[position...].starts(with: word.utf8) {
      position += word.utf8.count
      return value
    }
    throw .malformed("its header's fortran_order is neither True nor False")
  }

  private mutating func parseTuple() throws(Failure) -> [Int] {
    var sizes: [Int] = []
    try expect("(")
    while !accept(")") {
      sizes.append(try parseSize())
      guard accept(",") else {
        // One size without a comma is not a tuple but a number in parentheses.
        guard sizes.count > 1 else { throw .malformed("its header's shape is not a tuple") }
        try expect(")")
        break
      }
    }
    return sizes
  }

  private mutating func parseSize() throws(Failure) -> Int {
    skipSpace()
    let digits = bytes[position...].prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    position = digits.endIndex
    guard let size = Int(String(decoding: digits, as: UTF8.self)) else {
      throw .malformed("its header's shape has a size that is not a number from 0 to \(Int.max)")
    }
    // Python 2 wrote long integers with an L.
    if next == UInt8(ascii: "L") { position += 1 }
    return size
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

  private mutating func expect(_ character: Unicode.Scalar) throws(Failure) {
    guard accept(character) else { throw .malformed("its header lacks a \(character)") }
  }
}
