/// The weights that scale a row or a column of pixels, those of Pillow's bilinear filter.
///
/// A new pixel is the mean of the old ones that a triangle over it covers, weighted by the height
/// of the triangle. If a side shrinks, the triangle widens by the same factor.
struct Resampling {
  /// For each new pixel, the old ones that it is a mean of.
  let sources: [Range<Int>]
  /// `stride` weights for each new pixel; those beyond its number of sources are unused. They are
  /// whole numbers; `one` stands for 1.
  let weights: [Int32]
  /// The number of weights of a new pixel.
  let stride: Int

  /// The bits after the point.
  static let bits: Int32 = 22

  /// Prepares to scale `count` pixels to `scaled`, of which only those in `kept` are made.
  init(from count: Int, to scaled: Int, kept: Range<Int>) {
    let scale = Double(count) / Double(scaled)
    let support = max(scale, 1)
    stride = Int(support.rounded(.up)) * 2 + 1
    var sources: [Range<Int>] = []
    var weights: [Int32] = []
    for pixel in kept {
      let center = (Double(pixel) + 0.5) * scale
      let first = max(0, Int(center - support + 0.5))
      let range = first..<min(count, Int(center + support + 0.5))
      let shares = range.map { source in
        max(0, 1 - abs((Double(source) - center + 0.5) * (1 / support)))
      }
      let sum = shares.reduce(0, +)
      sources.append(range)
      weights += shares.map { Int32(0.5 + $0 / sum * Double(1 << Self.bits)) }
      weights += [Int32](repeating: 0, count: stride - range.count)
    }
    (self.sources, self.weights) = (sources, weights)
  }

  /// The old pixels that any new one is a mean of.
  var allSources: Range<Int> {
    (sources.first?.lowerBound ?? 0)..<(sources.last?.upperBound ?? 0)
  }
}

extension Picture {
  /// Returns the middle of the picture in another size. The picture is scaled, with its proportions
  /// kept, until it just covers the size. What lies outside is cut off. A picture of this size is
  /// unchanged; one without pixels becomes black.
  ///
  /// For a square, the bytes are those that torchvision's bilinear `Resize` and `CenterCrop` make
  /// of a Pillow image. If the picture is more than twice as high as wide, Pillow 13 scales the
  /// columns first, and a byte may differ by 1. For another size, the bytes are those of Pillow's
  /// `resize` and the same cut; the side of the scaled picture that is cut is rounded down.
  public func fitted(height: Int, width: Int) -> Picture {
    let target = ImageShape(height: max(0, height), width: max(0, width), channels: channels)
    guard target != shape else { return self }
    guard target.elements > 0, shape.elements > 0 else { return Picture(shape: target, shade: 0) }
    let isTall = width * self.height >= height * self.width
    let scaledHeight = isTall ? width * self.height / self.width : height
    let scaledWidth = isTall ? width : height * self.width / self.height
    let columns = Resampling(
      from: self.width, to: scaledWidth, kept: Self.middle(width, of: scaledWidth))
    let rows = Resampling(
      from: self.height, to: scaledHeight, kept: Self.middle(height, of: scaledHeight))
    let narrow = scaledColumns(columns, rows: rows.allSources)
    return narrow.scaledRows(rows, firstRow: rows.allSources.lowerBound)
  }

  /// Returns the middle `count` of `all`. Half a pixel is rounded to an even number, as by Python.
  private static func middle(_ count: Int, of all: Int) -> Range<Int> {
    let half = (all - count) / 2
    let start = (all - count).isMultiple(of: 2) ? half : half + half % 2
    return start..<start + count
  }

  /// Scales each row in a range.
  private func scaledColumns(_ columns: Resampling, rows: Range<Int>) -> Picture {
    let count = columns.sources.count
    let shape = ImageShape(height: rows.count, width: count, channels: channels)
    let (width, channels) = (width, channels)
    return Picture(shape: shape) { target in
      withBuffers(pixels, columns.weights) { source, weights in
        var place = 0
        for row in rows {
          for column in 0..<count {
            let range = columns.sources[column]
            let weight = column &* columns.stride
            var start = (row &* width &+ range.lowerBound) &* channels
            if channels == 3 {
              var (red, green, blue) = (Self.half, Self.half, Self.half)
              for index in weight..<weight &+ range.count {
                red &+= Int32(source[start]) &* weights[index]
                green &+= Int32(source[start &+ 1]) &* weights[index]
                blue &+= Int32(source[start &+ 2]) &* weights[index]
                start &+= 3
              }
              target[place] = Self.byte(red)
              target[place &+ 1] = Self.byte(green)
              target[place &+ 2] = Self.byte(blue)
            } else {
              var grey = Self.half
              for index in weight..<weight &+ range.count {
                grey &+= Int32(source[start]) &* weights[index]
                start &+= 1
              }
              target[place] = Self.byte(grey)
            }
            place &+= channels
          }
        }
      }
    }
  }

  /// Scales each column. The picture's first row is the row `firstRow` of the sources.
  private func scaledRows(_ rows: Resampling, firstRow: Int) -> Picture {
    let count = width * channels
    let shape = ImageShape(height: rows.sources.count, width: width, channels: channels)
    return Picture(shape: shape) { target in
      withBuffers(pixels, rows.weights) { source, weights in
        withUnsafeTemporaryAllocation(of: Int32.self, capacity: count) { sums in
          for (row, range) in rows.sources.enumerated() {
            sums.initialize(repeating: Self.half)
            for (index, sourceRow) in range.enumerated() {
              let weight = weights[row &* rows.stride &+ index]
              let start = (sourceRow &- firstRow) &* count
              for place in 0..<count {
                sums[place] &+= Int32(source[start &+ place]) &* weight
              }
            }
            for place in 0..<count { target[row &* count &+ place] = Self.byte(sums[place]) }
          }
        }
      }
    }
  }

  /// A half, to which a weighted sum is added, so that it is rounded.
  private static let half: Int32 = 1 << (Resampling.bits - 1)

  /// Returns a weighted sum as a byte.
  private static func byte(_ sum: Int32) -> UInt8 {
    UInt8(truncatingIfNeeded: min(sum >> Resampling.bits, 255))
  }
}

/// Calls a function with the memory of pixels and weights, which it accesses unchecked.
private func withBuffers(
  _ pixels: [UInt8], _ weights: [Int32],
  _ body: (UnsafeBufferPointer<UInt8>, UnsafeBufferPointer<Int32>) -> Void
) {
  pixels.withUnsafeBufferPointer { pixels in
    weights.withUnsafeBufferPointer { body(pixels, $0) }
  }
}
