/// Two-dimensional convolution (cross-correlation, as in PyTorch) with a square kernel, a stride
/// and zero padding.
///
/// x is NHWC (batch, height, width, inputChannels), y is NHWC
/// (batch, outputHeight, outputWidth, outputChannels), weights are [kh][kw][ci][co].
public struct ReferenceConv2D: Sendable, Equatable {
  /// The shape of x.
  public let input: ReferenceMaps
  /// Channels of the output.
  public let outputChannels: Int
  /// The kernel's side.
  public let kernel: Int
  /// The distance between neighbouring outputs, in input pixels.
  public let stride: Int
  /// Rows and columns of zeros on each side of the input.
  public let padding: Int

  /// Creates a convolution. The padded input must be at least as large as the kernel.
  public init(
    _ input: ReferenceMaps, outputChannels: Int, kernel: Int = 3, stride: Int = 1, padding: Int = 1
  ) {
    let side = min(input.height, input.width)
    precondition(kernel >= 1 && stride >= 1 && padding >= 0, "impossible kernel geometry")
    precondition(
      side >= 1 && side + 2 * padding >= kernel,
      "a \(input.height) x \(input.width) map is smaller than the kernel")
    self.input = input
    self.outputChannels = outputChannels
    self.kernel = kernel
    self.stride = stride
    self.padding = padding
  }

  /// The number of images.
  public var batch: Int { input.batch }
  /// Rows of an input map.
  public var height: Int { input.height }
  /// Columns of an input map.
  public var width: Int { input.width }
  /// Channels of the input.
  public var inputChannels: Int { input.channels }
  /// Rows of an output map: ⌊(height + 2 padding - kernel) / stride⌋ + 1.
  public var outputHeight: Int { (height + 2 * padding - kernel) / stride + 1 }
  /// Columns of an output map.
  public var outputWidth: Int { (width + 2 * padding - kernel) / stride + 1 }
  /// Elements of x.
  public var inputCount: Int { input.count }
  /// Elements of y.
  public var outputCount: Int { batch * outputHeight * outputWidth * outputChannels }
  /// Elements of the weights.
  public var weightCount: Int { kernel * kernel * inputChannels * outputChannels }

  /// Returns y = x * w, plus the bias (outputChannels) if there is one.
  public func forward(_ x: [Double], weight: [Double], bias: [Double]? = nil) -> [Double] {
    checkSizes(x: x.count, y: outputCount, weight: weight.count)
    var y = [Double](repeating: 0, count: outputCount)
    forEachTap { input, output, tap in
      for ci in 0..<inputChannels {
        for co in 0..<outputChannels {
          y[output + co] += x[input + ci] * weight[tap + ci * outputChannels + co]
        }
      }
    }
    guard let bias else { return y }
    return ReferenceBias.forward(y, bias: bias)
  }

  /// Returns the data gradient dx, (batch, height, width, inputChannels).
  public func backwardInput(_ dy: [Double], weight: [Double]) -> [Double] {
    checkSizes(x: inputCount, y: dy.count, weight: weight.count)
    var dx = [Double](repeating: 0, count: inputCount)
    forEachTap { input, output, tap in
      for ci in 0..<inputChannels {
        for co in 0..<outputChannels {
          dx[input + ci] += dy[output + co] * weight[tap + ci * outputChannels + co]
        }
      }
    }
    return dx
  }

  /// Returns the weight gradient dw, [kh][kw][ci][co], summed over the batch.
  public func backwardWeight(_ x: [Double], _ dy: [Double]) -> [Double] {
    checkSizes(x: x.count, y: dy.count, weight: weightCount)
    var dw = [Double](repeating: 0, count: weightCount)
    forEachTap { input, output, tap in
      for ci in 0..<inputChannels {
        for co in 0..<outputChannels {
          dw[tap + ci * outputChannels + co] += x[input + ci] * dy[output + co]
        }
      }
    }
    return dw
  }

  /// Returns the bias gradient: dy summed over images and pixels, (outputChannels).
  public func backwardBias(_ dy: [Double]) -> [Double] {
    ReferenceBias.backward(dy, channels: outputChannels)
  }

  /// Calls `body` for every output pixel and every kernel tap that reads an input pixel, with the
  /// offsets of channel 0 in x and y and of (ci, co) = (0, 0) in the weights.
  private func forEachTap(_ body: (_ input: Int, _ output: Int, _ tap: Int) -> Void) {
    for image in 0..<batch {
      for oy in 0..<outputHeight {
        for ox in 0..<outputWidth {
          let output = ((image * outputHeight + oy) * outputWidth + ox) * outputChannels
          for ky in 0..<kernel {
            let iy = oy * stride + ky - padding
            guard iy >= 0, iy < height else { continue }
            for kx in 0..<kernel {
              let ix = ox * stride + kx - padding
              guard ix >= 0, ix < width else { continue }
              let input = ((image * height + iy) * width + ix) * inputChannels
              body(input, output, (ky * kernel + kx) * inputChannels * outputChannels)
            }
          }
        }
      }
    }
  }

  private func checkSizes(x: Int, y: Int, weight: Int) {
    precondition(x == inputCount, "x has \(x) elements, not \(inputCount)")
    precondition(y == outputCount, "y has \(y) elements, not \(outputCount)")
    precondition(weight == weightCount, "weights: \(weight) elements, not \(weightCount)")
  }
}
