import GPUTensor
import Reference
import TestSupport
import Testing

/// A convolution with operands, on the device and in the reference.
struct ConvolutionCase: CustomTestStringConvertible {
  let shape: Conv2DShape
  let reference: ReferenceConv2D
  let x: [Float]
  let w: [Float]
  let dy: [Float]

  init(
    images: Int, _ height: Int, _ width: Int, _ ci: Int, _ co: Int, window: Conv2DWindow
  ) {
    shape = Conv2DShape(
      height: height, width: width, inputChannels: ci, outputChannels: co, window: window)
    reference = ReferenceConv2D(
      ReferenceMaps(batch: images, height: height, width: width, channels: ci),
      outputChannels: co, kernel: window.kernel, stride: window.stride, padding: window.padding)
    x = normals(reference.inputCount, seed: 1)
    w = normals(reference.weightCount, seed: 2)
    dy = normals(reference.outputCount, seed: 3)
  }

  /// Taps of 3×3 with padding 1.
  init(images: Int, _ height: Int, _ width: Int, _ ci: Int, _ co: Int, stride: Int) {
    self.init(images: images, height, width, ci, co, window: Conv2DWindow(stride: stride))
  }

  /// Other taps than 3×3: even ones; strides above and below their number, which leave out taps or
  /// pixels; paddings of none and of more than the taps; maps that become one pixel.
  static let otherTaps = [
    ConvolutionCase(images: 5, 8, 8, 16, 32, window: Conv2DWindow(kernel: 4, stride: 2)),
    ConvolutionCase(images: 3, 5, 4, 3, 2, window: Conv2DWindow(kernel: 1, stride: 2, padding: 0)),
    ConvolutionCase(images: 2, 11, 9, 3, 8, window: Conv2DWindow(kernel: 5, stride: 3, padding: 0)),
    ConvolutionCase(images: 2, 9, 13, 2, 5, window: Conv2DWindow(kernel: 7, stride: 4, padding: 3)),
    ConvolutionCase(images: 4, 3, 2, 4, 3, window: Conv2DWindow(kernel: 2, stride: 3, padding: 4)),
    ConvolutionCase(images: 13, 4, 4, 8, 5, window: Conv2DWindow(kernel: 4, padding: 0)),
  ]

  var testDescription: String {
    """
    \(reference.batch) images \(shape.height)×\(shape.width)×\(shape.inputChannels) \
    to \(shape.outputChannels), \(shape.window)
    """
  }

  /// Makes a tensor with the shape of x.
  func input(_ context: Context, _ elements: [Float]) throws -> Tensor {
    try Tensor(context, inputAxes, elements)
  }

  /// Makes a tensor with the shape of y.
  func output(_ context: Context, _ elements: [Float]) throws -> Tensor {
    try Tensor(context, outputAxes, elements)
  }

  func weight(_ context: Context) throws -> Tensor { try Tensor(context, shape.weightAxes, w) }

  var inputAxes: [Int] { [reference.batch, shape.height, shape.width, shape.inputChannels] }
  var outputAxes: [Int] {
    [reference.batch, shape.outputHeight, shape.outputWidth, shape.outputChannels]
  }
}

extension ConvolutionMethod {
  /// Direct: float32 sums of 9 ci products, or of a product per pixel, against float64, as in
  /// GEMMTests. Minimal filtering uses differences of neighbouring pixels, multiplied by up to 5 in
  /// each direction.
  var tolerance: Double { self == .direct ? 3e-6 : 1e-5 }
}
