/// The window of a convolution: a square of taps that moves over a map with zeros around it.
public struct Conv2DWindow: Sendable, Equatable {
  /// The number of rows, and of columns, of taps.
  public let kernel: Int
  /// The distance between neighbouring outputs, in pixels of the input.
  public let stride: Int
  /// The number of rows and columns of zeros on each side of the input.
  public let padding: Int

  /// Creates a window.
  public init(kernel: Int = 3, stride: Int = 1, padding: Int = 1) {
    self.kernel = kernel
    self.stride = stride
    self.padding = padding
  }

  /// Returns the number of outputs along `size` pixels: ⌊(size + 2 padding − kernel) / stride⌋ + 1;
  /// none if the window is larger than the padded map.
  public func outputs(of size: Int) -> Int {
    let room = size + 2 * padding - kernel
    return room < 0 ? 0 : room / stride + 1
  }
}

/// A convolution over maps (image, row, column, channel), from x to y.
public struct Conv2DShape: Sendable, Equatable {
  /// Rows of x.
  public let height: Int
  /// Columns of x.
  public let width: Int
  /// Channels of x.
  public let inputChannels: Int
  /// Channels of y.
  public let outputChannels: Int
  /// The taps, their stride and the padding of x.
  public let window: Conv2DWindow

  /// Creates a convolution of maps (height, width, inputChannels).
  public init(
    height: Int, width: Int, inputChannels: Int, outputChannels: Int, window: Conv2DWindow
  ) {
    self.height = height
    self.width = width
    self.inputChannels = inputChannels
    self.outputChannels = outputChannels
    self.window = window
  }

  /// Rows of y.
  public var outputHeight: Int { window.outputs(of: height) }
  /// Columns of y.
  public var outputWidth: Int { window.outputs(of: width) }
  /// The distance between neighbouring pixels of y, in pixels of x.
  var stride: Int { window.stride }
  /// The number of the kernel's elements.
  public var taps: Int { window.kernel * window.kernel }
  /// The axes of the weight.
  public var weightAxes: [Int] { [window.kernel, window.kernel, inputChannels, outputChannels] }

  /// The build options of kernels that sum directly.
  var options: [String: String] {
    [
      "HEIGHT": height, "WIDTH": width, "OUT_HEIGHT": outputHeight, "OUT_WIDTH": outputWidth,
      "CI": inputChannels, "CO": outputChannels, "KERNEL": window.kernel, "STRIDE": stride,
      "PADDING": window.padding,
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
        let first = output * stride - window.padding
        return sum + (first..<first + window.kernel).count { (0..<size).contains($0) }
      }
    }
    return 2 * images * inputChannels * outputChannels * taps(height, outputHeight)
      * taps(width, outputWidth)
  }
}

extension Conv2DShape: CustomStringConvertible {
  /// A description such as `28×28×32→64`, followed by `/2` for stride 2, and by `, 5×5, padding 2`
  /// for taps that are not 3×3 with padding 1.
  public var description: String {
    "\(height)×\(width)×\(inputChannels)→\(outputChannels)" + (stride > 1 ? "/\(stride)" : "")
      + (window == Conv2DWindow(stride: stride)
        ? "" : ", \(window.kernel)×\(window.kernel), padding \(window.padding)")
  }
}
