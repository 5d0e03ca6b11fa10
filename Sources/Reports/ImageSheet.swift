import Images

/// Lays pictures out on a sheet: panels side by side, each a grid under its caption.
///
///     epoch 5        epoch 50
///     ┌─┬─┬─┐        ┌─┬─┬─┐
///     ├─┼─┼─┤        ├─┼─┼─┤
///     └─┴─┴─┘        └─┴─┴─┘
public struct ImageSheet: Sendable {
  /// A grid of pictures with an optional caption above it.
  public struct Panel: Sendable {
    /// The pictures, row by row; nil leaves a cell empty.
    public var images: [Picture?]
    /// The number of pictures in a row.
    public var columns: Int
    /// The line of text above the grid.
    public var caption: String?
    /// The number of rows in a group; a wider gap follows each group. Nil: no groups.
    public var rowsPerGroup: Int?
    /// The names of the rows, which stand on the left; none for rows without names.
    public var rowNames: [String]

    /// Makes a grid with a number of columns, at least one; by default a nearly square grid. The
    /// name of a row is cut after 24 letters.
    public init(
      _ images: [Picture?], columns: Int? = nil, caption: String? = nil,
      rowsPerGroup: Int? = nil, rowNames: [String] = []
    ) {
      let square = Int(Double(images.count).squareRoot().rounded(.up))
      self.images = images
      self.columns = max(1, columns ?? square)
      self.caption = caption
      self.rowsPerGroup = rowsPerGroup.map { max(1, $0) }
      self.rowNames = rowNames.map { String($0.prefix(24)) }
    }

    /// Makes a panel with originals above their reconstructions, in pairs of rows.
    public static func reconstructions(
      originals: [Picture], reconstructions: [Picture], columns: Int, caption: String? = nil
    ) -> Panel {
      let columns = max(1, columns)
      let count = max(originals.count, reconstructions.count)
      var images: [Picture?] = []
      for start in stride(from: 0, to: count, by: columns) {
        for row in [originals, reconstructions] {
          for index in start..<(start + columns) {
            images.append(index < row.count ? row[index] : nil)
          }
        }
      }
      return Panel(images, columns: columns, caption: caption, rowsPerGroup: 2)
    }

    var rows: Int { (images.count + columns - 1) / columns }
  }

  /// The side of a picture's pixel in pixels of the sheet.
  public var zoom: Int
  /// Pixels between pictures and around them.
  public var margin: Int
  /// The shade of the sheet.
  public var background: UInt8
  /// The shade of the captions.
  public var ink: UInt8

  /// Makes a layout; a zoom below 1 counts as 1, a negative margin as 0.
  public init(zoom: Int = 2, margin: Int = 4, background: UInt8 = 255, ink: UInt8 = 0) {
    self.zoom = max(1, zoom)
    self.margin = max(0, margin)
    self.background = background
    self.ink = ink
  }

  /// Draws the panels from left to right. Every cell has the size of the largest picture. The sheet
  /// is in colour if any picture is.
  public func render(_ panels: [Panel]) -> Picture {
    let images = panels.flatMap(\.images).compactMap { $0 }
    let cell = (
      width: (images.map(\.width).max() ?? 0) * zoom + margin,
      height: (images.map(\.height).max() ?? 0) * zoom + margin
    )
    let hasCaptions = panels.contains { $0.caption != nil }
    // Multiples of the zoom keep the pixels of pictures in a grid, for `unzoomed`.
    func aligned(_ length: Int) -> Int { (length + zoom - 1) / zoom * zoom }
    let top = margin + (hasCaptions ? aligned(CaptionFont.height) + margin : 0)
    func namesWidth(_ panel: Panel) -> Int {
      let widest = panel.rowNames.map(CaptionFont.width).max() ?? 0
      return widest == 0 ? 0 : aligned(widest) + 2 * margin
    }
    let widths = panels.map { panel in
      max(
        namesWidth(panel) + panel.columns * cell.width,
        aligned(CaptionFont.width(of: panel.caption ?? "")) + margin)
    }
    let heights = panels.map { panel in
      panel.rows == 0 ? 0 : rowTop(panel.rows - 1, of: panel, cell: cell.height) + cell.height
    }
    let panelGap = 3 * margin
    let shape = ImageShape(
      height: top + (heights.max() ?? 0),
      width: margin + widths.reduce(0, +) + panelGap * max(0, panels.count - 1),
      channels: images.map(\.channels).max() ?? 1)
    var sheet = Picture(shape: shape, shade: background)
    var left = margin
    for (panel, width) in zip(panels, widths) {
      sheet.draw(panel.caption ?? "", x: left, y: margin, shade: ink)
      let first = left + namesWidth(panel)
      for (index, image) in panel.images.enumerated() {
        guard let image else { continue }
        let y = top + rowTop(index / panel.columns, of: panel, cell: cell.height)
        sheet.draw(image, x: first + index % panel.columns * cell.width, y: y, zoom: zoom)
      }
      for (row, name) in zip(0..<panel.rows, panel.rowNames) {
        let middle = (cell.height - margin - CaptionFont.height) / 2
        let y = top + rowTop(row, of: panel, cell: cell.height) + max(0, middle)
        sheet.draw(name, x: left, y: y, shade: ink)
      }
      left += width + panelGap
    }
    return sheet
  }

  /// Draws a single grid with `columns` columns, by default a nearly square one.
  public func render(_ images: [Picture], columns: Int? = nil) -> Picture {
    render([Panel(images, columns: columns)])
  }

  /// Returns the distance of a row's top from the top of its grid.
  private func rowTop(_ row: Int, of panel: Panel, cell: Int) -> Int {
    let groupGap = 2 * margin
    return row * cell + (panel.rowsPerGroup.map { row / $0 * groupGap } ?? 0)
  }
}
