import Images

/// A picture in the cells of a terminal: in characters, as sixels or with kitty's protocol.
///
/// In an area it is enlarged by the largest whole number that fits. A picture larger than the area
/// is scaled down, with its proportions kept.
package struct TerminalPicture: Sendable {
  /// The pixels of a character cell.
  package struct Cell: Sendable, Equatable {
    /// Columns of pixels.
    package let width: Int
    /// Rows of pixels.
    package let height: Int

    /// Makes a size of at least one pixel.
    package init(width: Int, height: Int) {
      (self.width, self.height) = (max(1, width), max(1, height))
    }
  }

  private let picture: Picture

  /// Shows a picture.
  package init(_ picture: Picture) { self.picture = picture }

  /// The size of the picture in an area in pixels; nil if either is empty.
  private func size(width: Int, height: Int) -> (width: Int, height: Int)? {
    guard width > 0, height > 0, picture.width > 0, picture.height > 0 else { return nil }
    let zoom = min(width / picture.width, height / picture.height)
    if zoom > 0 { return (picture.width * zoom, picture.height * zoom) }
    let isWide = picture.width * height >= picture.height * width
    return isWide
      ? (width, max(1, picture.height * width / picture.width))
      : (max(1, picture.width * height / picture.height), height)
  }

  /// The cells that the picture takes in an area of columns × rows cells; none if either is empty.
  ///
  /// - Parameter cell: The pixels of a cell; in characters, 1 × 2.
  package func cells(
    columns: Int, rows: Int, cell: Cell = Cell(width: 1, height: 2)
  ) -> (columns: Int, rows: Int) {
    guard let size = size(width: columns * cell.width, height: rows * cell.height) else {
      return (0, 0)
    }
    return (
      (size.width + cell.width - 1) / cell.width, (size.height + cell.height - 1) / cell.height
    )
  }

  /// The picture in the size for an area in pixels; nil if either is empty.
  func scaled(width: Int, height: Int) -> Picture? {
    guard let size = size(width: width, height: height) else { return nil }
    guard size.width > picture.width else {
      return picture.fitted(height: size.height, width: size.width)
    }
    var large = Picture(
      shape: ImageShape(height: size.height, width: size.width, channels: picture.channels),
      shade: 0)
    large.draw(picture, x: 0, y: 0, zoom: size.width / picture.width)
    return large
  }

  /// Returns lines of characters, at most `rows` of at most `columns` cells. With colours and
  /// Unicode a cell shows two pixels as an upper half block `▀`. Otherwise it shows the mean of the
  /// two as a character, a denser one for a brighter pixel.
  package func lines(columns: Int, rows: Int, style: TerminalStyle) -> [String] {
    guard let small = scaled(width: columns, height: 2 * rows) else { return [] }
    return stride(from: 0, to: small.height, by: 2).map { y in
      style.colours == .none || !style.hasUnicode
        ? Self.shades(of: small, y: y) : Self.halfBlocks(of: small, y: y, style: style)
    }
  }

  private static func halfBlocks(of picture: Picture, y: Int, style: TerminalStyle) -> String {
    var (text, current) = ("", "")
    for x in 0..<picture.width {
      let upper = picture.colour(x: x, y: y) ?? .black
      let selection = style.select(upper, on: picture.colour(x: x, y: y + 1))
      if selection != current { text += selection }
      current = selection
      text += "▀"
    }
    return text + style.reset
  }

  private static func shades(of picture: Picture, y: Int) -> String {
    let characters = Array(" .:-=+*#%@")
    let grey = picture.converted(to: 1)
    return String(
      (0..<grey.width).map { x in
        let upper = Int(grey[x, y] ?? 0)
        let mean = (upper + Int(grey[x, y + 1] ?? UInt8(upper))) / 2
        return characters[mean * characters.count / 256]
      })
  }
}

extension Picture {
  /// The colour at a position; nil outside the picture.
  func colour(x: Int, y: Int) -> Colour? {
    guard let red = self[x, y, 0] else { return nil }
    return Colour(red: red, green: self[x, y, 1] ?? red, blue: self[x, y, 2] ?? red)
  }
}
