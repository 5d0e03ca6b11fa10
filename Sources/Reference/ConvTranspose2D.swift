/// Transposed convolution: the data gradient of a convolution as a layer.
///
/// x is NHWC (batch, height, width, inputChannels), y is NHWC
/// (batch, outputHeight, outputWidth, outputChannels). The weights are those of the convolution
/// whose data gradient this is, which maps y's channels to x's: [kh][kw][outputChannels]
/// [inputChannels]. The output padding is stride - 1, so that a stride of 2 doubles the map.
public struct ReferenceConvTranspose2D: Sendable, Equatable {
  /// The convolution from the shape of y to the shape of x.
  public let convolution: ReferenceConv2D
  /// Rows of an input map.
  public let height: Int
  /// Columns of an input map.
  public let width: Int

  /// Creates a transposed convolution of maps of the shape of x.
  public init(
    _ input: ReferenceMaps, outputChannels: Int, kernel: Int = 3, stride: Int = 1, padding: Int = 1
  ) {
    func outputSize(_ size: Int) -> Int {
      (size - 1) * stride - 2 * padding + kernel + stride - 1
    }
    height = input.height
    width = input.width
    convolution = ReferenceConv2D(
      ReferenceMaps(
        batch: input.batch, height: outputSize(height), width: outputSize(width),
        channels: outputChannels),
      outputChannels: input.channels, kernel: kernel, stride: stride, padding: padding)
    precondition(
      convolution.outputHeight == height && convolution.outputWidth == width,
      "no convolution of stride \(stride) has an output of \(height) x \(width)")
  }

  /// Rows of an output map: (height - 1) stride - 2 padding + kernel + (stride - 1).
  public var outputHeight: Int { convolution.height }
  /// Columns of an output map.
  public var outputWidth: Int { convolution.width }
  /// Elements of x.
  public var inputCount: Int { convolution.outputCount }
  /// Elements of y.
  public var outputCount: Int { convolution.inputCount }
  /// Elements of the weights.
  public var weightCount: Int { convolution.weightCount }

  /// Returns y, plus the bias (outputChannels) if there is one.
  public func forward(_ x: [Double], weight: [Double], bias: [Double]? = nil) -> [Double] {
    let y = convolution.backwardInput(x, weight: weight)
    guard let bias else { return y }
    return ReferenceBias.forward(y, bias: bias)
  }

  /// Returns the data gradient dx, (batch, height, width, inputChannels).
  public func backwardInput(_ dy: [Double], weight: [Double]) -> [Double] {
    convolution.forward(dy, weight: weight)
  }

  /// Returns the weight gradient dw, [kh][kw][outputChannels][inputChannels], summed over the
  /// batch.
  public func backwardWeight(_ x: [Double], _ dy: [Double]) -> [Double] {
    convolution.backwardWeight(dy, x)
  }

  /// Returns the bias gradient: dy summed over images and pixels, (outputChannels).
  public func backwardBias(_ dy: [Double]) -> [Double] {
    ReferenceBias.backward(dy, channels: convolution.inputChannels)
  }
}
