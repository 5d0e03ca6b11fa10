import GPUTensor
import Reference
import TestSupport
import Testing

/// Dropout in the epilogues of products: masks forward, and gradients back through them.
@Suite struct DropoutTests {
  private static let probability = 0.4
  private static let source = RandomSource(seed: 0x0123_4567_89ab_cdef, stream: 17)

  /// Outputs for 1, 2, 4, 8 and 16 lanes, which draw masks differently; rows that begin within a
  /// counter's four words.
  static let products: [(m: Int, k: Int, n: Int, activations: [Activation])] = [
    (7, 8, 3, Activation.all), (5, 9, 6, [.leakyReLU]), (13, 2, 20, [.tanh]),
    (6, 12, 40, [.relu]), (17, 33, 128, [.leakyReLU]),
  ]

  @Test(arguments: products)
  func linearLayers(m: Int, k: Int, n: Int, activations: [Activation]) throws {
    let context = try testContext()
    let (a, b, bias) = (normals(m * k, seed: 1), normals(k * n, seed: 2), normals(n, seed: 3))
    let upstream = normals(m * k, seed: 4)
    let mask = Self.mask(rows: m, pixels: 1, channels: n)
    let sums = ReferenceLinear.forward(
      a.doubles, weight: b.doubles, bias: bias.doubles, batch: m, inputs: k, outputs: n)
    // The gradient of a layer whose inputs are these outputs.
    let gradient = ReferenceLinear.backwardInput(
      upstream.doubles, weight: b.transposed(rows: k).doubles, batch: m, inputs: n, outputs: k)
    // The tolerance of GEMMTests: a mask adds one rounding.
    try Self.check(context, [m, n], activations, 3e-6, sums: sums, gradient: gradient, mask: mask) {
      activation, dropout, y, x, dx, list in
      list.gemmNN(
        "forward", try Tensor(context, [m, k], a), try Tensor(context, [k, n], b),
        epilogue: .output(bias: try Tensor(context, [n], bias), activation, dropout), into: y)
      list.gemmNT(
        "backward", try Tensor(context, [m, k], upstream),
        try Tensor(context, [n, k], b.transposed(rows: k)),
        epilogue: .gradient(activation, dropped: dropout.probability, of: x), into: dx)
    }
  }

  /// One channel, odd numbers of channels, and whole tiles; maps of one pixel and odd sizes.
  static let maps: [(ConvolutionCase, ConvolutionMethod, activations: [Activation])] = [
    (ConvolutionCase(images: 7, 3, 2, 3, 5, stride: 1), .direct, [.identity]),
    (ConvolutionCase(images: 5, 1, 1, 2, 1, stride: 1), .direct, [.sigmoid]),
    (ConvolutionCase(images: 4, 5, 3, 4, 6, stride: 2), .direct, [.relu]),
    (ConvolutionCase(images: 8, 4, 4, 16, 32, stride: 2), .direct, [.leakyReLU]),
    (ConvolutionCase(images: 7, 3, 6, 3, 5, stride: 1), .winograd, [.tanh]),
    (ConvolutionCase(images: 8, 8, 8, 16, 32, stride: 1), .winograd, [.leakyReLU]),
  ]

  /// A convolution's output, of which whole channels are dropped, and the gradient that reaches it
  /// through the transposed convolution of the next layer.
  @Test(arguments: maps)
  func convolutions(
    test: ConvolutionCase, method: ConvolutionMethod, activations: [Activation]
  ) throws {
    let (context, shape) = (try testContext(convolution: method), test.shape)
    let bias = normals(shape.outputChannels, seed: 4)
    let mask = Self.mask(
      rows: test.reference.batch, pixels: shape.outputHeight * shape.outputWidth,
      channels: shape.outputChannels)
    let (x, w) = (test.x.doubles, test.w.doubles)
    try Self.check(
      context, test.outputAxes, activations, method.tolerance,
      sums: test.reference.forward(x, weight: w, bias: bias.doubles),
      gradient: test.reference.forward(x, weight: w), mask: mask
    ) { activation, dropout, y, output, dy, list in
      let (input, weight) = (try test.input(context, test.x), try test.weight(context))
      try list.conv2DForward(
        "forward", shape, input, weight,
        epilogue: .output(bias: try Tensor(context, [bias.count], bias), activation, dropout),
        into: y)
      try list.conv2DForward(
        "gradient", shape, input, weight,
        epilogue: .gradient(activation, dropped: dropout.probability, of: output), into: dy)
    }
  }

  /// The same for a transposed convolution, and the gradient through the next convolution.
  @Test(arguments: Array(maps.dropFirst(2)))
  func transposedConvolutions(
    test: ConvolutionCase, method: ConvolutionMethod, activations: [Activation]
  ) throws {
    let (context, shape) = (try testContext(convolution: method), test.shape)
    let bias = normals(shape.inputChannels, seed: 4)
    let mask = Self.mask(
      rows: test.reference.batch, pixels: shape.height * shape.width,
      channels: shape.inputChannels)
    let product = test.reference.backwardInput(test.dy.doubles, weight: test.w.doubles)
    try Self.check(
      context, test.inputAxes, activations, method.tolerance,
      sums: ReferenceBias.forward(product, bias: bias.doubles), gradient: product, mask: mask
    ) { activation, dropout, y, input, dx, list in
      let (output, weight) = (try test.output(context, test.dy), try test.weight(context))
      try list.conv2DBackwardInput(
        "forward", shape, output, weight,
        epilogue: .output(bias: try Tensor(context, [bias.count], bias), activation, dropout),
        into: y)
      try list.conv2DBackwardInput(
        "gradient", shape, output, weight,
        epilogue: .gradient(activation, dropped: dropout.probability, of: input), into: dx)
    }
  }

  @Test func everyStepDropsOtherElements() throws {
    let context = try testContext()
    let state = StepState(context)
    let c = Tensor(context, [8, 64], label: "c")
    let list = CommandList(context)
    list.advance("step", state, batches: 10, adam: AdamSettings(learningRate: 1))
    list.gemmNN(
      "forward", try Tensor(context, [8, 1], [Float](repeating: 0, count: 8)),
      try Tensor(context, [1, 64], [Float](repeating: 0, count: 64)),
      epilogue: .output(
        bias: try Tensor(context, [64], [Float](repeating: 1, count: 64)), .identity,
        DropoutMask(probability: Self.probability, source: Self.source, state: state)),
      into: c)
    for step: UInt32 in 1...3 {
      try list.run()
      let mask = Self.mask(rows: 8, pixels: 1, channels: 64, step: step)
      // The mask itself: one rounding of 1 / (1 − p).
      #expect(relativeError(try c.floats(), mask) < 1e-7)
    }
  }

  private static func mask(rows: Int, pixels: Int, channels: Int, step: UInt32 = 1) -> [Double] {
    ReferenceDropout.channelMask(
      of: ReferenceMaps(batch: rows, height: 1, width: pixels, channels: channels),
      p: probability, seed: source.seed, stream: source.stream, step: step)
  }

  /// Records `body` for each activation f, runs all in one program and compares with the reference:
  /// y = f(sums) · mask, and the gradient back through y, which is the third tensor given to
  /// `body`.
  private static func check(
    _ context: Context, _ axes: [Int], _ activations: [Activation], _ tolerance: Double,
    sums: [Double], gradient: [Double], mask: [Double],
    _ body: (Activation, DropoutMask, _ y: Tensor, _ of: Tensor, _ dx: Tensor, CommandList) throws
      -> Void
  ) throws {
    let state = StepState(context)
    let dropout = DropoutMask(probability: probability, source: source, state: state)
    let list = CommandList(context)
    list.advance("step", state, batches: 10, adam: AdamSettings(learningRate: 1))
    let results = try activations.map { activation in
      let f = activation.reference
      // Small arguments: where tanh is flat, 1 − y² loses the digits to be compared.
      let outputs = f.forward(normals(sums.count, seed: 9).map { Double($0) * 0.5 })
      let x = ReferenceDropout.apply(mask, to: outputs).map(Float.init)
      let y = Tensor(context, axes, label: "y")
      let dx = Tensor(context, axes, label: "dx")
      try body(activation, dropout, y, try Tensor(context, axes, x), dx, list)
      let expectedY = ReferenceDropout.apply(mask, to: f.forward(sums))
      let expectedDX = ReferenceDropout.apply(mask, to: f.backward(gradient, output: outputs))
      return (activation, y: (y, expectedY), dx: (dx, expectedDX))
    }
    try list.run()
    for (activation, y, dx) in results {
      #expect(relativeError(try y.0.floats(), y.1) < tolerance, "\(activation), forward")
      #expect(relativeError(try dx.0.floats(), dx.1) < tolerance, "\(activation), backward")
    }
  }
}

extension [Float] {
  /// Returns the elements of a matrix of `rows` rows in column-major order.
  fileprivate func transposed(rows: Int) -> [Float] {
    let columns = count / rows
    return (0..<columns).flatMap { column in (0..<rows).map { self[$0 * columns + column] } }
  }
}
