import Foundation
import GPUTensor
import Reference
import TestSupport
import Testing

/// For float32 sums of k products against float64: the error grows like √k · 2⁻²⁴, 3e-6 at k =
/// 1000.
private let tolerance = 3e-6

@Suite struct GEMMTests {
  /// Odd, degenerate and real shapes: rows that end within a tile, sums longer than a packed or
  /// added block.
  static let shapes: [(m: Int, n: Int, k: Int)] = [
    (1, 1, 1), (2, 1, 3), (3, 5, 7), (13, 1, 128), (5, 16, 100), (64, 32, 48), (7, 98, 33),
    (17, 784, 16), (33, 128, 32), (5, 24, 1600),
  ]

  @Test(arguments: shapes)
  func forward(m: Int, n: Int, k: Int) throws {
    let context = try testContext()
    let (a, b, bias) = (normals(m * k, seed: 1), normals(k * n, seed: 2), normals(n, seed: 3))
    let product = ReferenceLinear.forward(
      a.doubles, weight: b.doubles, bias: bias.doubles, batch: m, inputs: k, outputs: n)
    try check(context, m: m, n: n) { activation, c, list in
      list.gemmNN(
        "forward", try Tensor(context, [m, k], a), try Tensor(context, [k, n], b),
        epilogue: .output(bias: try Tensor(context, [n], bias), activation, nil), into: c)
      return activation.reference.forward(product)
    }
  }

  @Test(arguments: shapes)
  func backwardInput(m: Int, n: Int, k: Int) throws {
    let context = try testContext()
    let (a, b) = (normals(m * k, seed: 1), normals(n * k, seed: 2))
    let product = ReferenceLinear.backwardInput(
      a.doubles, weight: b.doubles, batch: m, inputs: n, outputs: k)
    try check(context, m: m, n: n) { activation, c, list in
      let y = activation.reference.forward(normals(m * n, seed: 3).doubles).map(Float.init)
      list.gemmNT(
        "backward_input", try Tensor(context, [m, k], a), try Tensor(context, [n, k], b),
        epilogue: .gradient(activation, dropped: nil, of: try Tensor(context, [m, n], y)), into: c)
      return activation.reference.backward(product, output: y.doubles)
    }
  }

  /// Records `body` for every activation, runs all in one program and compares with its results.
  private func check(
    _ context: Context, m: Int, n: Int,
    _ body: (Activation, Tensor, CommandList) throws -> [Double]
  ) throws {
    let list = CommandList(context)
    let results = try Activation.allCases.map { activation in
      let c = Tensor(context, [m, n], label: "c")
      return (activation, c, try body(activation, c, list))
    }
    try list.run()
    for (activation, c, expected) in results {
      #expect(relativeError(try c.floats(), expected) < tolerance, "\(activation)")
    }
  }

  @Test(arguments: shapes)
  func backwardWeight(m: Int, n: Int, k: Int) throws {
    let context = try testContext()
    let (a, b) = (normals(k * m, seed: 1), normals(k * n, seed: 2))
    let c = Tensor(context, [m, n], label: "c")
    let sums = Tensor(context, [n], label: "sums")
    let list = CommandList(context)
    list.gemmTN(
      "backward_weight", try Tensor(context, [k, m], a), try Tensor(context, [k, n], b), into: c,
      columnSums: sums)
    try list.run()
    let expected = ReferenceLinear.backwardWeight(
      a.doubles, b.doubles, batch: k, inputs: m, outputs: n)
    #expect(relativeError(try c.floats(), expected) < tolerance)
    let expectedSums = ReferenceLinear.backwardBias(b.doubles, outputs: n)
    #expect(relativeError(try sums.floats(), expectedSums) < tolerance)
  }

  @Test(arguments: [Activation.identity, .tanh])
  func nanIsNotHidden(_ activation: Activation) throws {
    let y = try outputs(activation, of: [.nan])
    #expect(y[0].isNaN)
    #expect(relativeError(y, [1]) == .infinity)
  }

  /// The kernels' own tanh, value by value: near 0, in the curve, in the flat part and beyond.
  @Test func tanhIsExactEverywhere() throws {
    let small = (0..<512).map { exp2f(Float($0) / 16 - 32) }
    // The count is a multiple of every vector width.
    let x = small + small.map { -$0 } + (-1280..<1280).map { Float($0) / 128 }
    for (y, x) in zip(try outputs(.tanh, of: x), x) {
      let exact = Foundation.tanh(Double(x))
      #expect(abs(Double(y) - exact) <= 4e-7 * abs(exact), "\(x)")
    }
    let ends: [Float] = [-.infinity, -1e30, -10, 0, 10, 1e30, .infinity]
    #expect(try outputs(.tanh, of: ends) == [-1, -1, -1, 0, 1, 1, 1])
  }

  /// Returns f(x), computed by the epilogue of x times 1.
  private func outputs(_ activation: Activation, of x: [Float]) throws -> [Float] {
    let context = try testContext()
    let y = Tensor(context, [1, x.count], label: "y")
    let list = CommandList(context)
    list.gemmNN(
      "forward", try Tensor(context, [1, 1], [1]), try Tensor(context, [1, x.count], x),
      epilogue: .output(
        bias: try Tensor(context, [x.count], x.map { _ in 0 }), activation, nil), into: y)
    try list.run()
    return try y.floats()
  }
}
