import Foundation

/// What a terminal answers when it is asked for its abilities.
package struct TerminalAnswers: Sendable, Equatable {
  /// Whether it draws pictures by kitty's protocol.
  package private(set) var hasKitty = false
  /// Whether it draws sixels.
  package private(set) var hasSixel = false
  /// The colours that sixels may have at a time.
  package private(set) var sixelColours: Int?
  /// The pixels of a character cell.
  package private(set) var cell: TerminalPicture.Cell?
  /// Whether the answer to the last question has come.
  private(set) var areComplete = false

  /// Reads answers, whole or cut off:
  ///
  /// - `ESC _G i=31;OK`: kitty's protocol accepts a picture
  /// - `ESC [6;HEIGHT;WIDTHt`: the size of a cell (xterm's window operation 16)
  /// - `ESC [?1;0;COUNTS`: the number of sixel colours (xterm's XTSMGRAPHICS)
  /// - `ESC [?…;4;…c`: the device attributes (DA1), of which 4 means sixels
  package init(parsing bytes: [UInt8]) {
    for part in String(decoding: bytes, as: UTF8.self).split(separator: "\u{1B}") {
      if part.hasPrefix("_Gi=31;OK") {
        hasKitty = true
      } else if let size = part.prefixMatch(of: /\[6;(\d+);(\d+)t/) {
        if let height = UInt16(size.1), let width = UInt16(size.2), width > 0, height > 0 {
          cell = TerminalPicture.Cell(width: Int(width), height: Int(height))
        }
      } else if let colours = part.prefixMatch(of: /\[\?1;0;(\d+)S/) {
        sixelColours = UInt16(colours.1).map(Int.init)
      } else if let attributes = part.prefixMatch(of: /\[\?([\d;]*)c/) {
        hasSixel = attributes.1.split(separator: ";").contains("4")
        areComplete = true
      }
    }
  }

  /// These answers, with the number of colours from others.
  func adding(_ others: TerminalAnswers) -> TerminalAnswers {
    var answers = self
    answers.sixelColours = others.sixelColours
    return answers
  }

  /// The questions, the device attributes last, as every terminal answers them.
  ///
  /// - Parameter kitty: Whether to ask for kitty's protocol, too: a text that a terminal without
  ///   such sequences may show.
  static func questions(kitty: Bool) -> String {
    (kitty ? "\u{1B}_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\u{1B}\\" : "")
      + "\u{1B}[16t\(attributes)"
  }

  /// The question for the number of sixel colours, and that for the device attributes.
  static let questionForColours = "\u{1B}[?1;1;0S\(attributes)"

  private static let attributes = "\u{1B}[c"
}
