/// Text in the cells of a terminal.
package enum TerminalText {
  /// The number of cells that a text takes: two for wide characters, such as Chinese and emoji,
  /// and none for the sequences that select colours (`ESC [ … m`).
  package static func width(of text: String) -> Int {
    var (width, isSequence) = (0, false)
    for character in text {
      if character == "\u{1B}" { isSequence = true }
      if !isSequence { width += Self.width(of: character) }
      if character == "m" { isSequence = false }
    }
    return width
  }

  /// Returns a text with spaces after it, up to `width` cells.
  package static func padded(_ text: String, to width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - Self.width(of: text)))
  }

  /// Returns the beginning of a text that fits into `width` cells. Control characters become
  /// spaces, so that nothing from a file can control the terminal.
  package static func clipped(_ text: String, to width: Int) -> String {
    var (result, taken) = ("", 0)
    for character in text {
      let shown = character.unicodeScalars.contains(where: isControl) ? " " : character
      taken += Self.width(of: shown)
      if taken > width { break }
      result.append(shown)
    }
    return result
  }

  /// Returns a text as lines of at most `width` cells, broken between words: at most `count` lines.
  package static func wrapped(_ text: String, to width: Int, lines count: Int) -> [String] {
    var lines: [String] = []
    for word in text.split(separator: " ") {
      let longer = lines.last.map { "\($0) \(word)" }
      if let longer, Self.width(of: longer) <= width {
        lines[lines.count - 1] = longer
      } else if lines.count < count {
        lines.append(clipped(String(word), to: width))
      } else {
        break
      }
    }
    return lines
  }

  private static func width(of character: Character) -> Int {
    guard let first = character.unicodeScalars.first else { return 0 }
    // An emoji selector widens what is before it.
    let isEmoji = character.unicodeScalars.contains { $0.value == 0xFE0F }
    return isEmoji || first.properties.isEmojiPresentation || isWide(first.value) ? 2 : 1
  }

  /// Whether a character is wide or full-width by Unicode's Standard Annex 11, in its large blocks.
  private static func isWide(_ value: UInt32) -> Bool {
    switch value {
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3,
      0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F,
      0x1F900...0x1F9FF, 0x20000...0x3FFFD:
      true
    default: false
    }
  }

  private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator: true
    default: false
    }
  }
}
