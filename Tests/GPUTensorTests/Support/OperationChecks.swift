import Reference
import TestSupport
import Testing

@testable import GPUTensor

/// Operations whose results are compared with the reference after they have run, in any variant.
struct OperationChecks {
  private let context: Context
  private let list: CommandList
  private var checks: [() throws -> Void] = []

  private init(_ context: Context) {
    self.context = context
    list = CommandList(context)
  }

  /// Runs what `record` records, with the variants that `pick` picks, and compares the results.
  static func run(
    on context: Context, picking pick: ([String]) -> String?,
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
      expect(
        forward,
        ReferenceActivation.leakyReLU.forward(
          ReferenceLinear.forward(
            a.doubles, weight: b.doubles, bias: bias.doubles, batch: m, inputs: k, outputs: n)),
        "forward \(what)", tolerance)
      let gradient = Tensor(context, [m, n], label: "gradient")
      list.gemmNT(
        "gradient", try Tensor(context, [m, k], a), try Tensor(context, [n, k], b),
        epilogue: .gradient(.leakyReLU, dropped: nil, of: try Tensor(context, [m, n], y)),
        into: gradient)
      expect(
        gradient,
        ReferenceActivation.leakyReLU.backward(
          ReferenceLinear.backwardInput(
            a.doubles, weight: b.doubles, batch: m, inputs: n, outputs: k), output: y.doubles),
        "data gradient \(what)", tolerance)
      let weight = Tensor(context, [m, n], label: "weight")
      let sums = Tensor(context, [n], label: "sums")
      list.gemmTN(
        "weight", try Tensor(context, [k, m], a), try Tensor(context, [k, n], b), into: weight,
        columnSums: sums)
      expect(
        weight,
        ReferenceLinear.backwardWeight(a.doubles, b.doubles, batch: k, inputs: m, outputs: n),
        "weight gradient \(what)", tolerance)
      expect(sums, ReferenceLinear.backwardBias(b.doubles, outputs: n), "bias gradient \(what)")
    }
  }

  /// Records all three convolutions for each case, with the bias on either side.
  mutating func convolutions(_ cases: [ConvolutionCase], tolerance: Double = 3e-6) throws {
    for test in cases {
      let (shape, what) = (test.shape, "of \(test.testDescription)")
      let bias = normals(shape.outputChannels, seed: 4)
      let (x, w) = (try test.input(context, test.x), try test.weight(context))
      let dy = try test.output(context, test.dy)
      let y = Tensor(context, test.outputAxes, label: "y")
      list.conv2DForward(
        "forward", shape, x, w,
        epilogue: .output(bias: try Tensor(context, [bias.count], bias), .leakyReLU, nil), into: y)
      expect(
        y,
        ReferenceActivation.leakyReLU.forward(
          test.reference.forward(test.x.doubles, weight: test.w.doubles, bias: bias.doubles)),
        "forward \(what)", tolerance)
      let dx = Tensor(context, test.inputAxes, label: "dx")
      list.conv2DBackwardInput(
        "backward_input", shape, dy, w, epilogue: .gradient(.leakyReLU, dropped: nil, of: x),
        into: dx)
      expect(
        dx,
        ReferenceActivation.leakyReLU.backward(
          test.reference.backwardInput(test.dy.doubles, weight: test.w.doubles),
          output: test.x.doubles),
        "data gradient \(what)", tolerance)
      for biasAtInput in [false, true] {
        let channels = biasAtInput ? shape.inputChannels : shape.outputChannels
        let dw = Tensor(context, shape.weightAxes, label: "dw")
        let db = Tensor(context, [channels], label: "db")
        list.conv2DBackwardWeight(
          "backward_weight", shape, x: x, dy: dy, into: dw,
          bias: biasAtInput ? .ofInput(db) : .ofOutput(db))
        expect(
          dw, test.reference.backwardWeight(test.x.doubles, test.dy.doubles),
          "weight gradient \(what)", tolerance)
        expect(
          db,
          biasAtInput
            ? ReferenceBias.backward(test.x.doubles, channels: channels)
            : test.reference.backwardBias(test.dy.doubles), "bias gradient \(what)")
      }
    }
  }

  /// Compares float32 sums with float64; the default tolerance is that of GEMMTests.
  private mutating func expect(
    _ tensor: Tensor, _ expected: [Double], _ what: String, _ tolerance: Double = 3e-6
  ) {
    checks.append {
      let error = relativeError(try tensor.floats(), expected)
      #expect(error < tolerance, "\(what): \(error)")
    }
  }
}
