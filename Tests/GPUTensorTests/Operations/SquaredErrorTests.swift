import GPUTensor
import Reference
import TestSupport
import Testing

@Suite struct SquaredErrorTests {
  /// Rows of vectors of 1, 4 and more lanes, through each activation, in one list.
  @Test(arguments: [
    (Activation.identity, ReferenceActivation.identity), (.tanh, .tanh), (.sigmoid, .sigmoid),
  ])
  func lossAndGradientMatchTheReference(
    activation: Activation, reference: ReferenceActivation
  ) throws {
    let context = try testContext()
    let list = CommandList(context)
    let cases = try [(1, 1), (3, 7), (5, 784), (64, 48)].map { rows, columns in
      let count = rows * columns
      let y = normals(count, seed: 1).map { Float(reference.value(Double($0))) }
      let (t, shape) = (normals(count, seed: 2), [rows, columns])
      let dx = Tensor(context, shape, label: "gradient")
      let loss = Tensor(context, [rows], label: "loss")
      list.squaredError(
        "loss", try Tensor(context, shape, y), targets: try Tensor(context, shape, t),
        through: activation, into: dx, loss: loss)
      return (y: y, t: t, dx: dx, loss: loss, columns: columns)
    }
    try list.run()
    for test in cases {
      let losses = ReferenceSquaredError.rowSums(
        outputs: test.y.doubles, targets: test.t.doubles, features: test.columns)
      #expect(relativeError(try test.loss.floats(), losses) < 1e-6)
      let gradients = zip(test.y, test.t).map {
        ReferenceSquaredError.gradient(
          output: Double($0), target: Double($1), through: reference)
      }
      #expect(relativeError(try test.dx.floats(), gradients) < 1e-6)
    }
  }
}
