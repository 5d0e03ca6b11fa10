import Images

extension ImageSheet {
  /// Returns a sheet that this layout drew as it is without zoom: with a zoom of 1, and as many
  /// times narrower margins. Nil if it has other pixels than such a sheet, or its margins do not
  /// divide. The names of rows become smaller.
  package func unzoomed(_ sheet: Picture) -> (sheet: Picture, layout: ImageSheet)? {
    guard margin.isMultiple(of: zoom), sheet.width.isMultiple(of: zoom),
      sheet.height.isMultiple(of: zoom)
    else { return nil }
    let shape = ImageShape(
      height: sheet.height / zoom, width: sheet.width / zoom, channels: sheet.channels)
    let bytes = sheet.width * sheet.channels
    var sums = [Int](repeating: 0, count: shape.elements)
    // Names are not zoomed. They are on the left, and take less than half of a sheet of pictures.
    var namesEnd = 0
    for row in 0..<sheet.height {
      for byte in 0..<bytes {
        let (column, channel) = (byte / sheet.channels, byte % sheet.channels)
        let value = sheet.pixels[row * bytes + byte]
        let corner = row / zoom * zoom * bytes + column / zoom * zoom * sheet.channels + channel
        if sheet.pixels[corner] != value { namesEnd = max(namesEnd, column + 1) }
        sums[(row / zoom * shape.width + column / zoom) * sheet.channels + channel] += Int(value)
      }
    }
    let pixels = sums.map { UInt8($0 / (zoom * zoom)) }
    guard namesEnd <= sheet.width / 2, let small = try? Picture(shape: shape, pixels: pixels)
    else { return nil }
    return (small, ImageSheet(zoom: 1, margin: margin / zoom, background: background, ink: ink))
  }

  /// Returns the upper right corner of a sheet of one panel that this layout drew without a
  /// caption: at most this number of columns and rows of its pictures, which have this shape. The
  /// names of rows stay only if all columns do.
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
