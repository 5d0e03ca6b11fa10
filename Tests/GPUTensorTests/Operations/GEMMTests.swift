import Foundation
import GPUTensor
import Reference
import TestSupport
import Testing

/// For float32 sums of k products against float64: the error grows like √k · 2⁻²⁴, 3e-6 at k =
/// 1000.
private let tolerance = 3e-6

@Suite struct GEMMTests {
  /// Odd, degenerate and real shapes; rows that end in the middle of a tile, sums longer than what
  /// is packed or added at once. Two, of one lane and of many, take every activation.
  static let shapes: [(m: Int, n: Int, k: Int, activations: [Activation])] = [
    (1, 1, 1, [.identity]), (2, 1, 3, [.relu]), (3, 5, 7, Activation.all),
    (13, 1, 128, [.leakyReLU]), (5, 16, 100, [.tanh]), (64, 32, 48, [.sigmoid]),
    (7, 98, 33, [.leakyReLU]), (17, 784, 16, [.sigmoid]), (33, 128, 32, [.leaky(slope: 0.01)]),
    (5, 24, 1600, [.tanh]),
  ]

  /// A product on the device, and the same in float64.
  private struct Product {
    let what: String
    let c: Tensor
    let expected: [Double]
  }

  /// Records products of all shapes, which share their kernels in one program, and compares them.
  private func check(
    _ body: (_ shape: (m: Int, n: Int, k: Int), Activation, Tensor, CommandList) throws -> [Double]
  ) throws {
    let context = try testContext()
    let list = CommandList(context)
    let products = try Self.shapes.flatMap { m, n, k, activations in
      try activations.map { activation in
        let c = Tensor(context, [m, n], label: "c")
        let expected = try body((m, n, k), activation, c, list)
        return Product(
          what: "\(m) × \(n), \(k) products, \(activation)", c: c, expected: expected)
      }
    }
    try list.run()
    for product in products {
      let error = relativeError(try product.c.floats(), product.expected)
      #expect(error < tolerance, "\(product.what): \(error)")
    }
  }

  @Test func forward() throws {
    try check { shape, activation, c, list in
      let (m, n, k) = shape
      let (a, b, bias) = (normals(m * k, seed: 1), normals(k * n, seed: 2), normals(n, seed: 3))
      list.gemmNN(
        "forward", try Tensor(list.context, [m, k], a), try Tensor(list.context, [k, n], b),
        epilogue: .output(bias: try Tensor(list.context, [n], bias), activation, nil), into: c)
      return activation.reference.forward(
        ReferenceLinear.forward(
          a.doubles, weight: b.doubles, bias: bias.doubles, batch: m, inputs: k, outputs: n))
    }
  }

  @Test func backwardInput() throws {
    try check { shape, activation, c, list in
      let (m, n, k) = shape
      let (a, b) = (normals(m * k, seed: 1), normals(n * k, seed: 2))
      let y = activation.reference.forward(normals(m * n, seed: 3).doubles).map(Float.init)
      list.gemmNT(
        "backward_input", try Tensor(list.context, [m, k], a),
        try Tensor(list.context, [n, k], b),
        epilogue: .gradient(activation, dropped: nil, of: try Tensor(list.context, [m, n], y)),
        into: c)
      let product = ReferenceLinear.backwardInput(
        a.doubles, weight: b.doubles, batch: m, inputs: n, outputs: k)
      return activation.reference.backward(product, output: y.doubles)
    }
  }

  @Test func backwardWeight() throws {
    let context = try testContext()
    let list = CommandList(context)
    let results = try Self.shapes.map { m, n, k, _ in
      let (a, b) = (normals(k * m, seed: 1), normals(k * n, seed: 2))
      let c = Tensor(context, [m, n], label: "c")
      let sums = Tensor(context, [n], label: "sums")
      list.gemmTN(
        "backward_weight", try Tensor(context, [k, m], a), try Tensor(context, [k, n], b), into: c,
        columnSums: sums)
      let expected = ReferenceLinear.backwardWeight(
        a.doubles, b.doubles, batch: k, inputs: m, outputs: n)
      let expectedSums = ReferenceLinear.backwardBias(b.doubles, outputs: n)
      let what = "\(m) × \(n), \(k) products"
      return [
        Product(what: what, c: c, expected: expected),
        Product(what: "column sums of \(what)", c: sums, expected: expectedSums),
      ]
    }
    try list.run()
    for product in results.joined() {
      let error = relativeError(try product.c.floats(), product.expected)
      #expect(error < tolerance, "\(product.what): \(error)")
    }
  }

  @Test(arguments: [Activation.identity, .tanh])
  func nanIsNotHidden(_ activation: Activation) throws {
    let y = try outputs(activation, of: [.nan])
    #expect(y[0].isNaN)
    #expect(relativeError(y, [1]) == .infinity)
  }

  /// The kernels' own tanh, value by value: near 0, where it bends, where it is flat and beyond.
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
