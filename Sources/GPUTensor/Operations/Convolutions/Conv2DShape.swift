/// A 3×3 convolution over maps (image, row, column, channel) with padding 1, from x to y.
public struct Conv2DShape: Sendable, Equatable {
  /// Rows of x.
  public let height: Int
  /// Columns of x.
  public let width: Int
  /// Channels of x.
  public let inputChannels: Int
  /// Channels of y.
  public let outputChannels: Int
  /// The distance of neighbouring pixels of y, in pixels of x.
  public let stride: Int

  /// The number of rows, and of columns, of the kernel.
  public static let kernel = 3
  /// The number of rows and columns of zeros on each side of x.
  static let padding = 1

  /// Creates a convolution of maps (height, width, inputChannels).
  public init(height: Int, width: Int, inputChannels: Int, outputChannels: Int, stride: Int) {
    self.height = height
    self.width = width
    self.inputChannels = inputChannels
    self.outputChannels = outputChannels
    self.stride = stride
  }

  /// Rows of y.
  public var outputHeight: Int { (height + 2 * Self.padding - Self.kernel) / stride + 1 }
  /// Columns of y.
  public var outputWidth: Int { (width + 2 * Self.padding - Self.kernel) / stride + 1 }
  /// The number of the kernel's elements.
  var taps: Int { Self.kernel * Self.kernel }
  /// The axes of the weight.
  public var weightAxes: [Int] { [Self.kernel, Self.kernel, inputChannels, outputChannels] }

  /// The build options of kernels that sum directly.
  var options: [String: String] {
    [
      "HEIGHT": height, "WIDTH": width, "OUT_HEIGHT": outputHeight, "OUT_WIDTH": outputWidth,
      "CI": inputChannels, "CO": outputChannels, "KERNEL": Self.kernel, "STRIDE": stride,
      "PADDING": Self.padding,
    ].mapValues { "\($0)" }
  }

  /// Returns the input and output channels of the convolution or, if `transposed`, of its data
  /// gradient.
  func channels(transposed: Bool) -> (inputs: Int, outputs: Int) {
    transposed ? (outputChannels, inputChannels) : (inputChannels, outputChannels)
  }

  /// Returns the number of multiplications and additions for a number of images, without those with
  /// zeros outside the map.
  func flops(images: Int) -> Int {
    func taps(_ size: Int, _ outputs: Int) -> Int {
      (0..<outputs).reduce(0) { sum, output in
        let first = output * stride - Self.padding
        return sum + (first..<first + Self.kernel).count { (0..<size).contains($0) }
      }
    }
    return 2 * images * inputChannels * outputChannels * taps(height, outputHeight)
      * taps(width, outputWidth)
  }
}

extension Conv2DShape: CustomStringConvertible {
  /// A description such as `28×28×32→64`, followed by `/2` for stride 2.
  public var description: String {
    "\(height)×\(width)×\(inputChannels)→\(outputChannels)" + (stride > 1 ? "/\(stride)" : "")
  }
}
