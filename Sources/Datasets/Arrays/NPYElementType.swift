/// The type of an array's elements, as NumPy writes it: `<i8` is an integer of 8 bytes,
/// little-endian.
struct NPYElementType: Equatable {
  /// NumPy's letter for the kind: `u` unsigned, `i` signed, `b` bool, `f` float and others.
  let kind: Character
  /// The size of an element in bytes; for `U`, in characters.
  let size: Int
  /// Whether the most significant byte comes first.
  let isBigEndian: Bool

  static let uint8 = NPYElementType(kind: "u", size: 1, isBigEndian: false)

  init(kind: Character, size: Int, isBigEndian: Bool) {
    self.kind = kind
    self.size = size
    self.isBigEndian = isBigEndian && size > 1
  }

  /// Parses NumPy's text; nil if it is not a type.
  init?(_ text: String) {
    var rest = text[...]
    let order = rest.first.flatMap { "<>|=".contains($0) ? $0 : nil }
    if order != nil { rest.removeFirst() }
    guard let kind = rest.popFirst(), kind.isASCII, kind.isLetter else { return nil }
    let digits = rest.prefix { $0.isASCII && $0.isNumber }
    // Only the unit of a time follows the digits, as in `<M8[ns]`.
    guard digits.count <= 9, digits.endIndex == rest.endIndex || "Mm".contains(kind) else {
      return nil
    }
    self.init(kind: kind, size: Int(digits) ?? 0, isBigEndian: order == ">")
  }

  /// Whether elements are integers or bool.
  var isInteger: Bool { "uib".contains(kind) && [1, 2, 4, 8].contains(size) }

  /// NumPy's name, such as `float32`.
  var name: String {
    switch kind {
    case "u": "uint\(size * 8)"
    case "i": "int\(size * 8)"
    case "f": "float\(size * 8)"
    case "c": "complex\(size * 8)"
    case "b": "bool"
    case "O": "object"
    case "S": "bytes"
    case "U": "str"
    case "M": "datetime64"
    case "m": "timedelta64"
    case "V": "void"
    default: "\(kind)\(size)"
    }
  }
}
