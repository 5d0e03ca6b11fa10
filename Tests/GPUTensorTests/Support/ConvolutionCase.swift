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

  init(images: Int, _ height: Int, _ width: Int, _ ci: Int, _ co: Int, stride: Int) {
    shape = Conv2DShape(
      height: height, width: width, inputChannels: ci, outputChannels: co, stride: stride)
    reference = ReferenceConv2D(
      ReferenceMaps(batch: images, height: height, width: width, channels: ci),
      outputChannels: co, stride: stride)
    x = normals(reference.inputCount, seed: 1)
    w = normals(reference.weightCount, seed: 2)
    dy = normals(reference.outputCount, seed: 3)
  }

  var testDescription: String {
    """
    \(reference.batch) images \(shape.height)×\(shape.width)×\(shape.inputChannels) \
    to \(shape.outputChannels), stride \(shape.stride)
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
