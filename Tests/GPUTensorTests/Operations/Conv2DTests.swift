import Reference
import TestSupport
import Testing

@testable import GPUTensor

@Suite struct Conv2DTests {
  /// Images, size, channels in and out, stride: odd, degenerate, and the ends with one channel.
  static let shapes: [(images: Int, size: Int, ci: Int, co: Int, stride: Int)] = [
    (1, 2, 1, 1, 1), (2, 4, 3, 5, 1), (7, 7, 8, 16, 1), (13, 14, 1, 32, 2), (5, 6, 5, 3, 2),
    (8, 14, 16, 24, 2), (17, 4, 32, 8, 1), (4, 8, 8, 16, 2),
  ]
  static let methods: [ConvolutionMethod] = [.direct, .winograd]

  /// Direct: float32 sums of 9 ci products against float64, as in GEMMTests. Minimal filtering takes
  /// differences of neighbouring pixels, multiplied by up to 5 in each direction.
  private func tolerance(_ method: ConvolutionMethod) -> Double {
    method == .direct ? 3e-6 : 1e-5
  }

  /// The shapes of the paper's networks that minimal filtering is for.
  @Test(arguments: [(32, 64, 1), (64, 128, 1), (128, 256, 2)])
  func thePapersShapesAreFiltered(ci: Int, co: Int, stride: Int) throws {
    let shape = Conv2DShape(
      height: 14, width: 14, inputChannels: ci, outputChannels: co, stride: stride)
    let context = try testContext()
    for transposed in [false, true] {
      let direct = CommandList(context, convolution: .direct)
      #expect(CommandList(context).minimalFilter(shape, transposed: transposed) != nil)
      #expect(direct.minimalFilter(shape, transposed: transposed) == nil)
    }
  }

  private struct Case {
    let reference: ReferenceConv2D
    let shape: Conv2DShape
    let x: [Float]
    let w: [Float]
    let dy: [Float]

    init(_ images: Int, _ size: Int, _ ci: Int, _ co: Int, _ stride: Int) {
      reference = ReferenceConv2D(
        batch: images, height: size, width: size, inputChannels: ci, outputChannels: co,
        stride: stride)
      shape = Conv2DShape(
        height: size, width: size, inputChannels: ci, outputChannels: co, stride: stride)
      x = normals(reference.inputCount, seed: 1)
      w = normals(reference.weightCount, seed: 2)
      dy = normals(reference.outputCount, seed: 3)
    }

    func input(_ context: Context, _ elements: [Float]) throws -> Tensor {
      try Tensor(
        context, [reference.batch, shape.height, shape.width, shape.inputChannels], elements)
    }

    func output(_ context: Context, _ elements: [Float]) throws -> Tensor {
      try Tensor(
        context,
        [reference.batch, shape.outputHeight, shape.outputWidth, shape.outputChannels], elements)
    }

    func weight(_ context: Context) throws -> Tensor { try Tensor(context, shape.weightAxes, w) }
  }

  @Test(arguments: shapes + [(3, 14, 32, 64, 1), (4, 14, 32, 64, 2)], methods)
  func forward(
    sizes: (images: Int, size: Int, ci: Int, co: Int, stride: Int), method: ConvolutionMethod
  ) throws {
    let (images, size, ci, co, stride) = sizes
    let test = Case(images, size, ci, co, stride)
    let context = try testContext(convolution: method)
    let bias = normals(co, seed: 4)
    let y = try test.output(context, test.dy)
    let dx = try test.input(context, test.x)
    let biasAtInput = normals(ci, seed: 5)
    let list = CommandList(context)
    try list.conv2DForward(
      "forward", test.shape, try test.input(context, test.x), try test.weight(context),
      epilogue: .output(bias: try Tensor(context, [co], bias), .leakyReLU, nil), into: y)
    try list.conv2DBackwardInput(
      "transposed", test.shape, try test.output(context, test.dy), try test.weight(context),
      epilogue: .output(bias: try Tensor(context, [ci], biasAtInput), .relu, nil), into: dx)
    try list.run()
    let sums = test.reference.forward(
      test.x.doubles, weight: test.w.doubles, bias: bias.doubles)
    #expect(
      relativeError(try y.floats(), ReferenceActivation.leakyReLU.forward(sums)) < tolerance(method)
    )
    let transposed = ReferenceBias.forward(
      test.reference.backwardInput(test.dy.doubles, weight: test.w.doubles),
      bias: biasAtInput.doubles)
    #expect(
      relativeError(try dx.floats(), ReferenceActivation.relu.forward(transposed))
        < tolerance(method))
  }

  @Test(arguments: shapes + [(3, 14, 32, 64, 1), (4, 14, 32, 64, 2)], methods)
  func backward(
    sizes: (images: Int, size: Int, ci: Int, co: Int, stride: Int), method: ConvolutionMethod
  ) throws {
    let (images, size, ci, co, stride) = sizes
    let test = Case(images, size, ci, co, stride)
    let context = try testContext(convolution: method)
    let activation = ReferenceActivation.leakyReLU
    let x = activation.forward(test.x.doubles).map(Float.init)
    let dx = try test.input(context, x)
    let dw = try Tensor(context, test.shape.weightAxes, label: "dw")
    let db = try Tensor(context, [co], label: "db")
    let input = try test.input(context, x)
    let dy = try test.output(context, test.dy)
    let list = CommandList(context)
    try list.conv2DBackwardInput(
      "backward_input", test.shape, dy, try test.weight(context),
      epilogue: .gradient(.leakyReLU, dropped: nil, of: input), into: dx)
    try list.conv2DBackwardWeight(
      "backward_weight", test.shape, x: input, dy: dy, into: dw, bias: db, biasAtInput: false)
    try list.run()
    let gradient = test.reference.backwardInput(test.dy.doubles, weight: test.w.doubles)
    #expect(
      relativeError(try dx.floats(), activation.backward(gradient, output: x.doubles))
        < tolerance(method))
    #expect(
      relativeError(
        try dw.floats(), test.reference.backwardWeight(x.doubles, test.dy.doubles))
        < tolerance(method))
    #expect(
      relativeError(try db.floats(), test.reference.backwardBias(test.dy.doubles))
        < tolerance(method))
  }
}
