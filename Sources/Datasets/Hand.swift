import Images

/// One handwriting of one digit: everything about it that is random.
///
/// NOTE: it uses only +, −, ×, ÷ and square roots, which IEEE 754 rounds the same everywhere; a
/// sine or a logarithm may differ in the last place between C libraries.
struct Hand {
  private var random: SplitMix64
  /// The width of a stroke's soft edge in pixels.
  let softness: Float
  private let radius: Float
  private let linear: (x: Point, y: Point)
  private let bend: (x: Point, y: Point)
  private let wobble: Float

  /// The side in pixels of the box that contains a digit, as in MNIST.
  private static let box: Float = 20

  init(random source: SplitMix64) {
    var random = source
    softness = random.uniform(1.1, 1.7)
    radius = min(max(1.33 + 0.34 * random.bell(), 0.7), 2.2)
    wobble = random.uniform(0.008, 0.038)
    let aspect = min(max(0.79 + 0.14 * random.bell(), 0.45), 1.15)
    let slant = 0.22 * random.bell() + 0.12
    // The tangent of half the angle gives a rotation without sine and cosine.
    let tangent = 0.035 * random.bell()
    let norm = 1 + tangent * tangent
    let (cosine, sine) = ((1 - tangent * tangent) / norm, 2 * tangent / norm)
    // The product of scaling in width, slant and rotation, by columns.
    linear = (
      x: Point(cosine, sine) * aspect,
      y: Point(-slant * cosine - sine, -slant * sine + cosine)
    )
    bend = (
      x: Point(random.bell(), random.bell()) * 0.13,
      y: Point(random.bell(), random.bell()) * 0.10
    )
    self.random = random
  }

  /// Writes a digit in one of the given shapes, fitted to the image.
  mutating func write(_ shapes: [DigitShape]) -> [Segment] {
    let shape = choose(from: shapes)
    var segments: [Segment] = []
    for stroke in shape.strokes { segments += write(stroke) }
    fit(&segments)
    return segments
  }

  private mutating func choose(from shapes: [DigitShape]) -> DigitShape {
    var rest = random.uniform() * shapes.reduce(0) { $0 + $1.weight }
    for shape in shapes.dropLast() {
      if rest < shape.weight { return shape }
      rest -= shape.weight
    }
    return shapes[shapes.count - 1]
  }

  /// Returns the segments of one stroke, still in the unit square; the radii are already in pixels.
  private mutating func write(_ stroke: DigitShape.Stroke) -> [Segment] {
    var segments: [Segment] = []
    var corner: Point?
    var pressure = radius * (1 + 0.08 * random.bell())
    let fade = pressure * 0.06 * random.bell()
    let spans = stroke.reduce(-1) { $0 + $1.count }
    let perPiece = fade / Float(max(spans * Self.piecesPerSpan, 1))
    for curve in stroke {
      let points = (corner.map { [$0] } ?? []) + curve.map { move($0) }
      corner = points.last
      var start = points[0]
      for end in Self.smooth(points) {
        segments.append(
          Segment(
            start: start, end: end, startRadius: pressure, endRadius: pressure + perPiece))
        start = end
        pressure += perPiece
      }
    }
    return segments
  }

  /// Returns the position of a point of the shape in this handwriting.
  private mutating func move(_ point: Point) -> Point {
    let p = point - 0.5 + Point(random.bell(), random.bell()) * wobble
    let bent = p + bend.x * (p.y * p.y - 0.1) + bend.y * (p.x * p.y * 2)
    return linear.x * bent.x + linear.y * bent.y
  }

  private static let piecesPerSpan = 5

  /// Returns the points after the first on a uniform Catmull-Rom curve through `points`.
  private static func smooth(_ points: [Point]) -> [Point] {
    guard points.count > 2 else { return Array(points.dropFirst()) }
    var curve: [Point] = []
    for span in 1..<points.count {
      let (p1, p2) = (points[span - 1], points[span])
      let p0 = span > 1 ? points[span - 2] : p1 + (p1 - p2)
      let p3 = span + 1 < points.count ? points[span + 1] : p2 + (p2 - p1)
      let (a, b, c) = (p2 - p0, 2 * p0 - 5 * p1 + 4 * p2 - p3, 3 * (p1 - p2) + p3 - p0)
      for piece in 1...piecesPerSpan {
        let t = Float(piece) / Float(piecesPerSpan)
        curve.append(p1 + ((c * t + b) * t + a) * (t * 0.5))
      }
    }
    return curve
  }

  /// Scales the digit to the box, then moves its centre of mass near the image's centre.
  private mutating func fit(_ segments: inout [Segment]) {
    var low = Point(repeating: .infinity)
    var high = -low
    var (mass, moment) = (Float(0), Point.zero)
    for segment in segments {
      low = pointwiseMin(low, pointwiseMin(segment.start, segment.end))
      high = pointwiseMax(high, pointwiseMax(segment.start, segment.end))
      let d = segment.end - segment.start
      let length = (d.x * d.x + d.y * d.y).squareRoot()
      mass += length
      moment += (segment.start + segment.end) * (0.5 * length)
    }
    let extent = max((high - low).max(), 0.1)
    let scale = (Self.box * random.uniform(0.92, 1.04) - 2 * radius) / extent
    let half = Float(ImageShape.mnist.width) / 2
    let wanted = half - moment / mass * scale + Point(random.bell(), random.bell()) * 0.35
    // Only the pen's soft edge may be outside the image.
    let border = radius + 0.5
    let shift = wanted.clamped(
      lowerBound: Point(repeating: border) - low * scale,
      upperBound: Point(repeating: 2 * half - border) - high * scale)
    for index in segments.indices {
      segments[index].start = segments[index].start * scale + shift
      segments[index].end = segments[index].end * scale + shift
    }
  }
}
