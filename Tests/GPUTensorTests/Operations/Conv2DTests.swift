import Reference
import TestSupport
import Testing

@testable import GPUTensor

@Suite struct Conv2DTests {
  /// The shapes of the paper's networks for which minimal filtering is meant.
  @Test(arguments: [(32, 64, 1), (64, 128, 1), (128, 256, 2)])
  func thePapersShapesUseMinimalFiltering(ci: Int, co: Int, stride: Int) throws {
    let shape = Conv2DShape(
      height: 14, width: 14, inputChannels: ci, outputChannels: co, stride: stride)
    let context = try testContext()
    for transposed in [false, true] {
      let planner = RegisterConvolutions()
      let direct = CommandList(context, convolution: .direct)
      #expect(!planner.minimalFilters(shape, transposed, on: CommandList(context)).isEmpty)
      #expect(planner.minimalFilters(shape, transposed, on: direct).isEmpty)
    }
  }

  /// Odd, degenerate and real shapes: the first and last layers with one channel; maps of one
  /// pixel, row or column, of which a stride skips taps; batches that end within a tile or a chunk.
  static let cases: [(ConvolutionCase, ConvolutionMethod)] =
    [
      ConvolutionCase(images: 8, 1, 1, 3, 2, stride: 2),
      ConvolutionCase(images: 2, 2, 2, 2, 5, stride: 2),
      ConvolutionCase(images: 4, 5, 1, 5, 3, stride: 2),
      ConvolutionCase(images: 3, 5, 3, 5, 4, stride: 2),
      ConvolutionCase(images: 13, 14, 14, 1, 32, stride: 2),
      ConvolutionCase(images: 19, 12, 12, 1, 32, stride: 2),
      ConvolutionCase(images: 17, 4, 8, 1, 16, stride: 1),
    ].map { ($0, .direct) }
    + [
      ConvolutionCase(images: 1, 1, 1, 1, 1, stride: 1),
      ConvolutionCase(images: 7, 1, 5, 3, 2, stride: 1),
      ConvolutionCase(images: 37, 3, 2, 9, 6, stride: 1),
      ConvolutionCase(images: 7, 7, 7, 8, 16, stride: 1),
      ConvolutionCase(images: 17, 4, 4, 32, 1, stride: 1),
      ConvolutionCase(images: 3, 14, 14, 32, 64, stride: 1),
      ConvolutionCase(images: 2, 6, 6, 3, 5, stride: 2),
      ConvolutionCase(images: 4, 8, 8, 8, 16, stride: 2),
      ConvolutionCase(images: 8, 14, 14, 16, 24, stride: 2),
    ].flatMap { [($0, .direct), ($0, .winograd)] }

  /// A data gradient with one channel uses vectors over images, with the same bits as the direct
  /// one.
  @Test(arguments: [(28, 28, 2), (4, 8, 1), (6, 4, 2)])
  func aSingleChannelUsesVectorsOfImages(height: Int, width: Int, stride: Int) throws {
    let test = ConvolutionCase(images: 19, height, width, 1, 16, stride: stride)
    let (context, shape) = (try testContext(), test.shape)
    let (dy, w) = (try test.output(context, test.dy), try test.weight(context))
    let epilogues: [Epilogue] = [
      .output(bias: try Tensor(context, [1], [0.5]), .tanh, nil),
      .gradient(.leakyReLU, dropped: nil, of: try test.input(context, test.x)),
    ]
    for epilogue in epilogues {
      func result(_ tuning: Tuning) throws -> (bits: [UInt32], variants: [String: [String]]) {
        let dx = Tensor(context, test.inputAxes, label: "dx")
        context.tuning = tuning
        let list = CommandList(context)
        list.conv2DBackwardInput("dx", shape, dy, w, epilogue: epilogue, into: dx)
        try list.run()
        return (try dx.floats().map(\.bitPattern), list.variants)
      }
      let standard = try result([:])
      let (operation, variants) = try #require(standard.variants.first)
      #expect(variants[0].hasPrefix("by images") && variants[1].hasPrefix("direct"))
      #expect(try result([operation: variants[1]]).bits == standard.bits)
    }
  }

  @Test(arguments: cases)
  func forward(test: ConvolutionCase, method: ConvolutionMethod) throws {
    let (context, shape) = (try testContext(convolution: method), test.shape)
    let bias = normals(shape.outputChannels, seed: 4)
    let biasAtInput = normals(shape.inputChannels, seed: 5)
    let y = Tensor(context, test.outputAxes, label: "y")
    let dx = Tensor(context, test.inputAxes, label: "dx")
    let list = CommandList(context)
    try list.conv2DForward(
      "forward", shape, try test.input(context, test.x), try test.weight(context),
      epilogue: .output(bias: try Tensor(context, [bias.count], bias), .leakyReLU, nil), into: y)
    try list.conv2DBackwardInput(
      "transposed", shape, try test.output(context, test.dy), try test.weight(context),
      epilogue: .output(
        bias: try Tensor(context, [biasAtInput.count], biasAtInput), .identity, nil),
      into: dx)
    try list.run()
    let sums = test.reference.forward(
      test.x.doubles, weight: test.w.doubles, bias: bias.doubles)
    #expect(
      relativeError(try y.floats(), ReferenceActivation.leakyReLU.forward(sums)) < method.tolerance)
    let transposed = ReferenceBias.forward(
      test.reference.backwardInput(test.dy.doubles, weight: test.w.doubles),
      bias: biasAtInput.doubles)
    #expect(relativeError(try dx.floats(), transposed) < method.tolerance)
  }

  @Test(arguments: cases)
  func backward(test: ConvolutionCase, method: ConvolutionMethod) throws {
    let (context, shape) = (try testContext(convolution: method), test.shape)
    let activation = ReferenceActivation.leakyReLU
    let x = activation.forward(test.x.doubles).map(Float.init)
    let y = activation.forward(test.dy.doubles).map(Float.init)
    let input = try test.input(context, x)
    let output = try test.output(context, y)
    let dx = Tensor(context, test.inputAxes, label: "dx")
    let dy = Tensor(context, test.outputAxes, label: "dy")
    let list = CommandList(context)
    try list.conv2DBackwardInput(
      "backward_input", shape, try test.output(context, test.dy), try test.weight(context),
      epilogue: .gradient(.leakyReLU, dropped: nil, of: input), into: dx)
    try list.conv2DForward(
      "transposed", shape, try test.input(context, test.x), try test.weight(context),
      epilogue: .gradient(.leakyReLU, dropped: nil, of: output), into: dy)
    try list.run()
    let gradient = test.reference.backwardInput(test.dy.doubles, weight: test.w.doubles)
    #expect(
      relativeError(try dx.floats(), activation.backward(gradient, output: x.doubles))
        < method.tolerance)
    let transposed = test.reference.forward(test.x.doubles, weight: test.w.doubles)
    #expect(
      relativeError(try dy.floats(), activation.backward(transposed, output: y.doubles))
        < method.tolerance)
  }

  /// The bias is added to y in a convolution and to x in a transposed one.
  @Test(arguments: cases)
  func backwardWeight(test: ConvolutionCase, method: ConvolutionMethod) throws {
    let (context, shape) = (try testContext(convolution: method), test.shape)
    let list = CommandList(context)
    let results = try [false, true].map { biasAtInput in
      let channels = biasAtInput ? shape.inputChannels : shape.outputChannels
      let dw = Tensor(context, shape.weightAxes, label: "dw")
      let db = Tensor(context, [channels], label: "db")
      list.conv2DBackwardWeight(
        "backward_weight", shape, x: try test.input(context, test.x),
        dy: try test.output(context, test.dy), into: dw,
        bias: biasAtInput ? .ofInput(db) : .ofOutput(db))
      return (dw, db)
    }
    try list.run()
    let expected = test.reference.backwardWeight(test.x.doubles, test.dy.doubles)
    let biases = [
      test.reference.backwardBias(test.dy.doubles),
      ReferenceBias.backward(test.x.doubles, channels: shape.inputChannels),
    ]
    for ((dw, db), bias) in zip(results, biases) {
      #expect(relativeError(try dw.floats(), expected) < method.tolerance)
      #expect(relativeError(try db.floats(), bias) < method.tolerance)
    }
  }
}
