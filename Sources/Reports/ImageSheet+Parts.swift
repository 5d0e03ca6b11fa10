import Images

extension ImageSheet {
  /// Returns a sheet that this layout drew as it is without zoom: with a zoom of 1, and as many
  /// times narrower margins. Nil if it has other pixels than such a sheet, or its margins do not
  /// divide.
  package func unzoomed(_ sheet: Picture) -> (sheet: Picture, layout: ImageSheet)? {
    guard margin.isMultiple(of: zoom), sheet.width.isMultiple(of: zoom),
      sheet.height.isMultiple(of: zoom)
    else { return nil }
    let (width, channels) = (sheet.width / zoom, sheet.channels)
    var pixels: [UInt8] = []
    for y in 0..<sheet.height / zoom {
      for x in 0..<width {
        let start = (y * zoom * sheet.width + x * zoom) * channels
        pixels += sheet.pixels[start..<start + channels]
      }
    }
    let shape = ImageShape(height: sheet.height / zoom, width: width, channels: channels)
    guard let small = try? Picture(shape: shape, pixels: pixels) else { return nil }
    var large = Picture(shape: sheet.shape, shade: background)
    large.draw(small, x: 0, y: 0, zoom: zoom)
    guard large == sheet else { return nil }
    return (small, ImageSheet(zoom: 1, margin: margin / zoom, background: background, ink: ink))
  }

  /// Returns the upper right corner of a sheet of one panel that this layout drew without a
  /// caption: at most so many columns and rows of its pictures, of this shape. The names of rows
  /// stay only if all columns do.
  package func corner(
    of sheet: Picture, holding shape: ImageShape, columns: Int, rows: Int
  ) -> Picture {
    let cell = (width: shape.width * zoom + margin, height: shape.height * zoom + margin)
    let (width, height) = (columns * cell.width + margin, rows * cell.height + margin)
    let all = (sheet.width - margin) / cell.width
    let kept = ImageShape(
      height: min(height, sheet.height), width: columns < all ? width : sheet.width,
      channels: sheet.channels)
    var corner = Picture(shape: kept, shade: background)
    corner.draw(sheet, x: kept.width - sheet.width, y: 0)
    return corner
  }
}
