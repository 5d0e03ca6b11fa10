import Images
import TerminalGraphics

/// Lays out frames for a terminal: a head line, the curves, the newest samples beside or below
/// them, and a foot line. If there is too little room, the picture is left out, then the curves.
struct WatchLayout {
  /// How pictures are drawn.
  enum Graphics: Equatable {
    case kitty
    /// Sixels, with the number of colours that the terminal has at a time.
    case sixel(colours: Int)
    case blocks
    case none
  }

  /// The columns that are used.
  var columns: Int
  var rows: Int
  var style: TerminalStyle
  var graphics: Graphics
  /// The pixels of a cell.
  var cell = TerminalPicture.Cell(width: 8, height: 16)

  /// The number by which kitty's protocol knows the picture.
  static let kittyID: UInt32 = 0x677075

  private static let leastPicture = (columns: 16, rows: 6)
  private static let leastChart = (columns: 38, rows: 8)

  /// Lays out a run under a head line.
  ///
  /// - Parameter foot: The text of the last line, or of a few if it is long; empty for none.
  func frame(head: [String], charts: [TerminalChart], sheet: SampleSheet?, foot: String)
    -> WatchFrame
  {
    var head = head
    while head.count > 1, TerminalText.width(of: head.joined(separator: "  ")) > columns {
      head.removeLast()
    }
    let end = TerminalText.wrapped(
      TerminalText.clipped(foot, to: 1000), to: columns, lines: rows / 4 + 1)
    var frame = body(charts, sheet, rows: rows - 1 - end.count)
    frame.lines.insert(
      TerminalText.clipped(head.joined(separator: "  "), to: columns), at: 0)
    frame.overlay?.row += 1
    if rows > end.count { frame.lines += end }
    return frame
  }

  private func body(
    _ charts: [TerminalChart], _ sheet: SampleSheet?, rows: Int
  ) -> WatchFrame {
    guard let sheet, let place = place(of: sheet, hasChart: !charts.isEmpty, rows: rows) else {
      return WatchFrame(lines: lines(of: charts, columns: columns, rows: rows))
    }
    let (shown, overlay) = draw(in: place)
    let isBeside = place.left > 0
    let curves = lines(
      of: charts, columns: isBeside ? place.left - 2 : columns,
      rows: isBeside ? rows : rows - place.rows - 1)
    let picture = [TerminalText.clipped(sheet.caption, to: columns - place.left)] + shown
    let above = isBeside ? 0 : curves.count
    let all =
      isBeside
      ? (0..<max(curves.count, picture.count)).map { row in
        let left = row < curves.count ? curves[row] : ""
        guard row < picture.count else { return left }
        return TerminalText.padded(left, to: place.left) + picture[row]
      } : curves + picture
    return WatchFrame(
      lines: all,
      overlay: overlay.map {
        WatchFrame.Overlay(sequence: $0, row: above + 1, column: place.left)
      })
  }

  /// A picture, the cells that it takes, and the column in which it begins.
  private struct Place {
    let picture: Picture
    let columns: Int
    let rows: Int
    var left = 0
  }

  /// Finds the place where a picture is largest: at the right of the charts or below them. A row
  /// is left for its caption.
  private func place(of sheet: SampleSheet, hasChart: Bool, rows: Int) -> Place? {
    guard graphics != .none else { return nil }
    let height = hasChart ? max(Self.leastChart.rows, rows * 2 / 5) : 0
    var taken = place(of: sheet, columns: columns, rows: rows - height - 1)
    if hasChart {
      let free = columns - Self.leastChart.columns - 2
      var beside = place(of: sheet, columns: free, rows: rows - 1)
      beside.left = columns - max(beside.columns, sheet.caption.count)
      if beside.columns * beside.rows >= taken.columns * taken.rows { taken = beside }
    }
    let isLarge =
      taken.columns >= Self.leastPicture.columns && taken.rows >= Self.leastPicture.rows
    return isLarge ? taken : nil
  }

  private func place(of sheet: SampleSheet, columns: Int, rows: Int) -> Place {
    let (columns, rows) = (max(0, columns), max(0, rows))
    let picture =
      graphics == .blocks ? sheet.part(width: columns, height: 2 * rows) : sheet.picture
    let taken = TerminalPicture(picture).cells(
      columns: columns, rows: rows,
      cell: graphics == .blocks ? TerminalPicture.Cell(width: 1, height: 2) : cell)
    return Place(picture: picture, columns: taken.columns, rows: taken.rows)
  }

  /// Draws a picture: as lines, or as a sequence that lies over empty lines.
  private func draw(in place: Place) -> (lines: [String], overlay: String?) {
    let shown = TerminalPicture(place.picture)
    let (columns, rows) = (place.columns, place.rows)
    let empty = Array(repeating: "", count: rows)
    return switch graphics {
    case .kitty:
      (empty, shown.kitty(columns: columns, rows: rows, cell: cell, id: Self.kittyID))
    case .sixel(let colours):
      (empty, shown.sixel(columns: columns, rows: rows, cell: cell, colours: colours))
    case .blocks: (shown.lines(columns: columns, rows: rows, style: style), nil)
    case .none: ([], nil)
    }
  }

  /// Draws the first chart and, if there is room, the others below it.
  private func lines(of charts: [TerminalChart], columns: Int, rows: Int) -> [String] {
    guard let first = charts.first else { return [] }
    guard let second = charts.dropFirst().first, rows >= 20 else {
      return first.lines(width: columns, height: rows, style: style)
    }
    let upper = first.lines(width: columns, height: rows * 3 / 5, style: style)
    return upper + second.lines(width: columns, height: rows - upper.count, style: style)
  }
}
