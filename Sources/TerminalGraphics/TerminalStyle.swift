import Images
import Reports

/// What drawings may use of a terminal.
package struct TerminalStyle: Sendable, Equatable {
  /// The colours that a terminal has.
  package enum Colours: Sendable {
    /// None.
    case none
    /// xterm's palette of 256.
    case palette
    /// All of 24 bits.
    case all
  }

  /// The colours.
  package var colours: Colours
  /// Whether characters outside ASCII may be used.
  package var hasUnicode: Bool

  /// Text in ASCII, without escape sequences.
  package static let plain = TerminalStyle(colours: .none, hasUnicode: false)

  /// Makes a style.
  package init(colours: Colours, hasUnicode: Bool) {
    self.colours = colours
    self.hasUnicode = hasUnicode
  }

  /// The style for a terminal: all colours if `COLORTERM` says `truecolor` or `24bit`.
  package init(for terminal: Terminal, environment: [String: String]) {
    let isTrue = ["truecolor", "24bit"].contains(environment["COLORTERM"] ?? "")
    self.init(
      colours: !terminal.hasColor ? .none : isTrue ? .all : .palette,
      hasUnicode: terminal.hasUnicode)
  }

  /// The escape sequence that ends all colours; empty without colours.
  var reset: String { colours == .none ? "" : "\u{1B}[0m" }

  /// Returns the escape sequence (SGR, ECMA-48) that sets the colour of the text, and that of its
  /// background or the terminal's own; empty without colours.
  func select(_ text: Colour, on background: Colour? = nil) -> String {
    func code(_ colour: Colour, _ ground: Int) -> String {
      colours == .all
        ? "\(ground);2;\(colour.red);\(colour.green);\(colour.blue)"
        : "\(ground);5;\(colour.paletteIndex)"
    }
    if colours == .none { return "" }
    return "\u{1B}[\(code(text, 38));\(background.map { code($0, 48) } ?? "49")m"
  }

  /// Returns a text in a colour.
  func paint(_ text: String, _ colour: Colour?) -> String {
    guard let colour, !text.isEmpty else { return text }
    return select(colour) + text + reset
  }
}

extension Colour {
  /// The index of the nearest colour in xterm's palette of 256: a cube of 6 × 6 × 6 from 16 on, and
  /// 24 shades of grey from 232 on.
  var paletteIndex: Int {
    let own = [red, green, blue].map(Int.init)
    let levels = [0, 95, 135, 175, 215, 255]
    func distance(_ other: [Int]) -> Int {
      zip(own, other).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
    }
    let cube = own.map { part in
      levels.indices.min { abs(levels[$0] - part) < abs(levels[$1] - part) } ?? 0
    }
    let shade = min(23, max(0, (own.reduce(0, +) / 3 - 3) / 10))
    let grey = Array(repeating: 8 + 10 * shade, count: 3)
    return distance(grey) < distance(cube.map { levels[$0] })
      ? 232 + shade : 16 + 36 * cube[0] + 6 * cube[1] + cube[2]
  }
}
