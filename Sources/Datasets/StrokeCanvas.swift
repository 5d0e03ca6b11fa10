import Images

/// A straight piece of a stroke between two points, with a radius at each end, in pixels.
struct Segment {
  var start: Point
  var end: Point
  var startRadius: Float
  var endRadius: Float
}

/// A 28×28 image on which a round pen draws antialiased strokes.
struct StrokeCanvas {
  /// The image, row by row: 0 black to 255 white.
  let pixels: UnsafeMutableBufferPointer<UInt8>
  /// The width of a stroke's soft edge in pixels.
  let softness: Float

  /// Draws a segment; where strokes overlap, the brighter one wins.
  func draw(_ segment: Segment) {
    let (start, end) = (segment.start, segment.end)
    let reach = max(segment.startRadius, segment.endRadius) + softness
    let columns = Self.range(min(start.x, end.x) - reach, max(start.x, end.x) + reach)
    let rows = Self.range(min(start.y, end.y) - reach, max(start.y, end.y) + reach)
    let direction = end - start
    let length = direction.x * direction.x + direction.y * direction.y
    let scale = length > 0 ? 1 / length : 0
    for row in rows {
      for column in columns {
        let x = Float(column) + 0.5 - start.x
        let y = Float(row) + 0.5 - start.y
        let along = min(max((x * direction.x + y * direction.y) * scale, 0), 1)
        let dx = x - along * direction.x
        let dy = y - along * direction.y
        let radius = segment.startRadius + along * (segment.endRadius - segment.startRadius)
        let depth = radius - (dx * dx + dy * dy).squareRoot()
        let coverage = min(max(depth / softness + 0.5, 0), 1)
        let value = UInt8(coverage * 255)
        let index = row * ImageShape.mnist.width + column
        if value > pixels[index] { pixels[index] = value }
      }
    }
  }

  /// Returns the pixels whose centres may lie between two coordinates.
  private static func range(_ low: Float, _ high: Float) -> Range<Int> {
    let side = Float(ImageShape.mnist.width)
    let first = Int(min(max(low, 0), side))
    return first..<max(first, Int(min(max(high + 1, 0), side)))
  }
}
