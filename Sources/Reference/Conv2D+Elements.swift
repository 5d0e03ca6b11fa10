/// Single elements of a convolution's passes for float32 operands, when whole maps take too long.
extension ReferenceConv2D {
  /// Returns element `index` of `forward`, without a bias.
  public func forward(at index: Int, _ x: [Float], weight: [Float]) -> Double {
    let (pixel, co) = index.quotientAndRemainder(dividingBy: outputChannels)
    let (line, ox) = pixel.quotientAndRemainder(dividingBy: outputWidth)
    let (image, oy) = line.quotientAndRemainder(dividingBy: outputHeight)
    var sum = 0.0
    for ky in 0..<kernel {
      let iy = oy * stride + ky - padding
      guard iy >= 0, iy < height else { continue }
      for kx in 0..<kernel {
        let ix = ox * stride + kx - padding
        guard ix >= 0, ix < width else { continue }
        let input = ((image * height + iy) * width + ix) * inputChannels
        let tap = (ky * kernel + kx) * inputChannels * outputChannels + co
        for ci in 0..<inputChannels {
          sum += Double(x[input + ci]) * Double(weight[tap + ci * outputChannels])
        }
      }
    }
    return sum
  }

  /// Returns element `index` of `backwardInput`.
  public func backwardInput(at index: Int, _ dy: [Float], weight: [Float]) -> Double {
    let (pixel, ci) = index.quotientAndRemainder(dividingBy: inputChannels)
    let (line, ix) = pixel.quotientAndRemainder(dividingBy: width)
    let (image, iy) = line.quotientAndRemainder(dividingBy: height)
    var sum = 0.0
    for ky in 0..<kernel {
      let (oy, restY) = (iy + padding - ky).quotientAndRemainder(dividingBy: stride)
      guard restY == 0, oy >= 0, oy < outputHeight else { continue }
      for kx in 0..<kernel {
        let (ox, restX) = (ix + padding - kx).quotientAndRemainder(dividingBy: stride)
        guard restX == 0, ox >= 0, ox < outputWidth else { continue }
        let output = ((image * outputHeight + oy) * outputWidth + ox) * outputChannels
        let tap = ((ky * kernel + kx) * inputChannels + ci) * outputChannels
        for co in 0..<outputChannels {
          sum += Double(dy[output + co]) * Double(weight[tap + co])
        }
      }
    }
    return sum
  }

  /// Returns element `index` of `backwardWeight`.
  public func backwardWeight(at index: Int, _ x: [Float], _ dy: [Float]) -> Double {
    let (row, co) = index.quotientAndRemainder(dividingBy: outputChannels)
    let (tap, ci) = row.quotientAndRemainder(dividingBy: inputChannels)
    let (ky, kx) = tap.quotientAndRemainder(dividingBy: kernel)
    var sum = 0.0
    for image in 0..<batch {
      for oy in 0..<outputHeight {
        let iy = oy * stride + ky - padding
        guard iy >= 0, iy < height else { continue }
        for ox in 0..<outputWidth {
          let ix = ox * stride + kx - padding
          guard ix >= 0, ix < width else { continue }
          let input = ((image * height + iy) * width + ix) * inputChannels + ci
          let output = ((image * outputHeight + oy) * outputWidth + ox) * outputChannels + co
          sum += Double(x[input]) * Double(dy[output])
        }
      }
    }
    return sum
  }
}
