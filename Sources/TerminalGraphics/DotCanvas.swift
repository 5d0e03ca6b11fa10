import Images

/// A grid of dots in character cells. Braille patterns hold 2 × 4 dots in a cell; in ASCII, a cell
/// is one dot, with a character for each layer. A cell has the colour of its last layer.
struct DotCanvas {
  /// Something that is drawn: its colour, and its character in ASCII.
  struct Layer {
    let colour: Colour
    let character: Character
  }

  private struct Cell {
    var dots: UInt8 = 0
    var layer: Int?
    /// A character in the place of the dots.
    var sign: Character?
  }

  let layers: [Layer]
  private let style: TerminalStyle
  private let (columns, rows): (Int, Int)
  private let (dotColumns, dotRows): (Int, Int)
  private var cells: [Cell]

  /// Dots from left to right.
  var width: Int { columns * dotColumns }
  /// Dots from top to bottom.
  var height: Int { rows * dotRows }

  /// Makes an empty canvas of columns × rows cells.
  init(columns: Int, rows: Int, layers: [Layer], style: TerminalStyle) {
    (self.columns, self.rows, self.layers, self.style) = (columns, rows, layers, style)
    (dotColumns, dotRows) = style.hasUnicode ? (2, 4) : (1, 1)
    cells = Array(repeating: Cell(), count: columns * rows)
  }

  /// Draws a line between two dots, which lie on the canvas (Bresenham's algorithm).
  mutating func line(from start: (x: Int, y: Int), to end: (x: Int, y: Int), layer: Int) {
    let (width, height) = (abs(end.x - start.x), -abs(end.y - start.y))
    let step = (x: start.x < end.x ? 1 : -1, y: start.y < end.y ? 1 : -1)
    var (x, y, error) = (start.x, start.y, width + height)
    while true {
      dot(x, y, layer: layer)
      if (x, y) == end { return }
      let doubled = 2 * error
      if doubled >= height { (error, x) = (error + height, x + step.x) }
      if doubled <= width { (error, y) = (error + width, y + step.y) }
    }
  }

  private mutating func dot(_ x: Int, _ y: Int, layer: Int) {
    let cell = y / dotRows * columns + x / dotColumns
    // The dots of a braille pattern by rows; their bits are those of Unicode's U+2800 block.
    let bits: [[UInt8]] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]]
    cells[cell].dots |= bits[y % dotRows][x % dotColumns]
    cells[cell].layer = layer
  }

  /// Puts a character into the cell of a dot.
  mutating func sign(_ character: Character, x: Int, y: Int, layer: Int) {
    let cell = y / dotRows * columns + x / dotColumns
    (cells[cell].sign, cells[cell].layer) = (character, layer)
  }

  /// The rows from top to bottom, with their colours.
  var lines: [String] {
    (0..<rows).map { row in
      var (text, current) = ("", Int?.none)
      for cell in cells[row * columns..<(row + 1) * columns] {
        if let layer = cell.layer, layer != current {
          text += style.select(layers[layer].colour)
          current = layer
        }
        text.append(character(of: cell))
      }
      return current == nil ? text : text + style.reset
    }
  }

  private func character(of cell: Cell) -> Character {
    guard let layer = cell.layer else { return " " }
    if let sign = cell.sign { return sign }
    let braille = Unicode.Scalar(0x2800 + UInt32(cell.dots)).map { Character($0) }
    return style.hasUnicode ? braille ?? " " : layers[layer].character
  }
}
