/// What `watch` shows at a moment: lines, and a picture that lies over them.
struct WatchFrame {
  /// A picture in a protocol of its own.
  struct Overlay {
    /// The escape sequences that draw it at the cursor.
    let sequence: String
    /// The row of its upper left cell, from 0.
    var row: Int
    /// The column of its upper left cell, from 0.
    let column: Int
  }

  /// The lines, none of which is wider than the terminal.
  var lines: [String]
  var overlay: Overlay?

  /// The escape sequences that draw the frame over the whole screen.
  ///
  /// - Parameter clearing: Whether to clear the screen before. The lines alone replace what was
  ///   there without a flicker, but leave pictures.
  func screen(clearing: Bool) -> String {
    let text = lines.map { $0 + "\u{1B}[K" }.joined(separator: "\r\n")
    let picture = overlay.map { "\u{1B}[\($0.row + 1);\($0.column + 1)H\($0.sequence)" }
    return (clearing ? "\u{1B}[2J" : "") + "\u{1B}[H\(text)\u{1B}[J" + (picture ?? "")
  }

  /// The frame as text from the cursor on, which ends in a line of its own.
  var text: String {
    let text = lines.map { $0.withoutTrailingSpaces + "\n" }.joined()
    guard let overlay else { return text }
    let up = lines.count - overlay.row
    return text + "\u{1B}7\u{1B}[\(up)A\u{1B}[\(overlay.column + 1)G\(overlay.sequence)\u{1B}8"
  }
}
