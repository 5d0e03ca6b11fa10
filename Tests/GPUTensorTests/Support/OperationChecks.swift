import Reference
import TestSupport
import Testing

@testable import GPUTensor

/// Operations whose results are compared with float64 once they have run, in any variant.
///
/// All of them go into one program: variants that several shapes share are compiled once.
struct OperationChecks {
  private let context: Context
  private let list: CommandList
  private var checks: [() throws -> Void] = []

  private init(_ context: Context) {
    self.context = context
    list = CommandList(context)
  }

  /// Runs what `record` records, in the variants that `pick` picks or in the default ones, and
  /// compares the results.
  static func run(
    on context: Context, picking pick: ([String]) -> String? = { _ in nil },
    _ record: (inout OperationChecks) throws -> Void
  ) throws {
    let operations = try recorded(on: context, picking: pick, variants: \.list.variants) {
      var operations = OperationChecks(context)
      try record(&operations)
      return operations
    }
    try operations.list.run()
    for check in operations.checks { try check() }
  }

  /// Records all three products for each of the shapes.
  mutating func products(
    _ shapes: [(m: Int, n: Int, k: Int)], tolerance: Double = 3e-6
  ) throws {
    for (m, n, k) in shapes {
      let what = "of \(m) × \(n), \(k) products"
      let (a, b) = (normals(m * k, seed: 1), normals(k * n, seed: 2))
      let (bias, y) = (normals(n, seed: 3), normals(m * n, seed: 4))
      let forward = Tensor(context, [m, n], label: "forward")
      list.gemmNN(
        "forward", try Tensor(context, [m, k], a), try Tensor(context, [k, n], b),
        epilogue: .output(bias: try Tensor(context, [n], bias), .leakyReLU, nil), into: forward)
      expect(forward, "forward \(what)", tolerance) {
        ReferenceActivation.leakyReLU.forward(
          ReferenceLinear.forward(
            a.doubles, weight: b.doubles, bias: bias.doubles, batch: m, inputs: k, outputs: n))
      }
      let gradient = Tensor(context, [m, n], label: "gradient")
      list.gemmNT(
        "gradient", try Tensor(context, [m, k], a), try Tensor(context, [n, k], b),
        epilogue: .gradient(.leakyReLU, dropped: nil, of: try Tensor(context, [m, n], y)),
        into: gradient)
      expect(gradient, "data gradient \(what)", tolerance) {
        ReferenceActivation.leakyReLU.backward(
          ReferenceLinear.backwardInput(
            a.doubles, weight: b.doubles, batch: m, inputs: n, outputs: k), output: y.doubles)
      }
      let weight = Tensor(context, [m, n], label: "weight")
      let sums = Tensor(context, [n], label: "sums")
      list.gemmTN(
        "weight", try Tensor(context, [k, m], a), try Tensor(context, [k, n], b), into: weight,
        columnSums: sums)
      expect(weight, "weight gradient \(what)", tolerance) {
        ReferenceLinear.backwardWeight(a.doubles, b.doubles, batch: k, inputs: m, outputs: n)
      }
      expect(sums, "bias gradient \(what)") {
        ReferenceLinear.backwardBias(b.doubles, outputs: n)
      }
    }
  }

  /// All three convolutions of each case, with the bias on either side. In turn, the convolution
  /// is a layer's output and the transposed one a data gradient, and the other way round.
  mutating func convolutions(_ cases: [ConvolutionCase], tolerance: Double = 3e-6) throws {
    for (index, test) in cases.enumerated() {
      let isOutput = index.isMultiple(of: 2)
      try convolution(test, isOutput: isOutput, tolerance)
      try transposedConvolution(test, isOutput: !isOutput, tolerance)
      try weightGradient(test, tolerance)
    }
  }

  /// A convolution: a layer's output, or the data gradient of a transposed convolution.
  private mutating func convolution(
    _ test: ConvolutionCase, isOutput: Bool, _ tolerance: Double
  ) throws {
    let reference = test.reference
    let bias = normals(test.shape.outputChannels, seed: 4)
    let y = Tensor(context, test.outputAxes, label: "y")
    let epilogue: Epilogue =
      isOutput
      ? .output(bias: try Tensor(context, [bias.count], bias), .leakyReLU, nil)
      : .gradient(.leakyReLU, dropped: nil, of: try test.output(context, test.dy))
    list.conv2DForward(
      "convolution", test.shape, try test.input(context, test.x), try test.weight(context),
      epilogue: epilogue, into: y)
    let (x, w) = (test.x.doubles, test.w.doubles)
    expect(y, "convolution of \(test.testDescription)", tolerance) {
      isOutput
        ? ReferenceActivation.leakyReLU.forward(
          reference.forward(x, weight: w, bias: bias.doubles))
        : ReferenceActivation.leakyReLU.backward(
          reference.forward(x, weight: w), output: test.dy.doubles)
    }
  }

  /// A transposed convolution: a layer's output, or the data gradient of a convolution.
  private mutating func transposedConvolution(
    _ test: ConvolutionCase, isOutput: Bool, _ tolerance: Double
  ) throws {
    let reference = test.reference
    let bias = normals(test.shape.inputChannels, seed: 5)
    let x = Tensor(context, test.inputAxes, label: "x")
    let epilogue: Epilogue =
      isOutput
      ? .output(bias: try Tensor(context, [bias.count], bias), .identity, nil)
      : .gradient(.leakyReLU, dropped: nil, of: try test.input(context, test.x))
    list.conv2DBackwardInput(
      "transposed", test.shape, try test.output(context, test.dy), try test.weight(context),
      epilogue: epilogue, into: x)
    expect(x, "transposed convolution of \(test.testDescription)", tolerance) {
      let sums = reference.backwardInput(test.dy.doubles, weight: test.w.doubles)
      return isOutput
        ? ReferenceBias.forward(sums, bias: bias.doubles)
        : ReferenceActivation.leakyReLU.backward(sums, output: test.x.doubles)
    }
  }

  /// The weight gradient, with the bias at y as in a convolution, then at x as in a transposed one.
  private mutating func weightGradient(_ test: ConvolutionCase, _ tolerance: Double) throws {
    let (shape, what) = (test.shape, "gradient of \(test.testDescription)")
    // Rounding errors of a sum grow with the root of its length, which is the number of pixels.
    let pixels = Double(test.reference.batch * shape.height * shape.width)
    let growth = max(1, (pixels / 4096).squareRoot())
    for biasAtInput in [false, true] {
      let channels = biasAtInput ? shape.inputChannels : shape.outputChannels
      let dw = Tensor(context, shape.weightAxes, label: "dw")
      let db = Tensor(context, [channels], label: "db")
      list.conv2DBackwardWeight(
        "weight", shape, x: try test.input(context, test.x),
        dy: try test.output(context, test.dy), into: dw,
        bias: biasAtInput ? .ofInput(db) : .ofOutput(db))
      expect(dw, "weight \(what)", tolerance * growth) {
        test.reference.backwardWeight(test.x.doubles, test.dy.doubles)
      }
      expect(db, "bias \(what)", 3e-6 * growth) {
        biasAtInput
          ? ReferenceBias.backward(test.x.doubles, channels: channels)
          : test.reference.backwardBias(test.dy.doubles)
      }
    }
  }

  /// Compares float32 sums with float64; the default tolerance is that of GEMMTests.
  private mutating func expect(
    _ tensor: Tensor, _ what: String, _ tolerance: Double = 3e-6,
    _ expected: @escaping () -> [Double]
  ) {
    checks.append {
      let error = relativeError(try tensor.floats(), expected())
      #expect(error < tolerance, "\(what): \(error)")
    }
  }
}
