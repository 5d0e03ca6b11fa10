import GPUTensor
import Reference
import TestSupport
import Testing

@Suite struct BCETests {
  @Test(arguments: [(1, 1), (3, 7), (5, 784), (64, 48)])
  func lossAndGradientMatchTheReference(rows: Int, columns: Int) throws {
    let logits = normals(rows * columns, seed: 1).map { $0 * 8 }
    let targets = normals(rows * columns, seed: 2).map { min(max($0 * 0.5 + 0.5, 0), 1) }
    let (loss, gradient) = try run(logits, targets, rows: rows)
    let expectedLoss = ReferenceBinaryCrossEntropy.rowSums(
      logits: logits.doubles, targets: targets.doubles, features: columns)
    let expectedGradient = ReferenceBinaryCrossEntropy.gradient(
      logits: logits.doubles, targets: targets.doubles)
    #expect(relativeError(loss, expectedLoss) < 1e-6)
    // An absolute error: where σ(l) approaches x, the difference of two numbers near 1 loses its
    // digits.
    for (actual, expected) in zip(gradient, expectedGradient) {
      #expect(abs(Double(actual) - expected) < 2e-7)
    }
  }

  @Test func logitsOfAnySizeAreStable() throws {
    let (loss, gradient) = try run([1e4, -1e4, 88, -104], [0, 1, 1, 0], rows: 4)
    #expect(loss[0] == 1e4)
    #expect(loss[1] == 1e4)
    #expect(loss[2] < 1e-37 && loss[3] < 1e-37)
    #expect(gradient[0] == 1)
    #expect(gradient[1] == -1)
  }

  private func run(
    _ logits: [Float], _ targets: [Float], rows: Int
  ) throws -> (loss: [Float], gradient: [Float]) {
    let context = try testContext()
    let shape = [rows, logits.count / rows]
    let gradient = Tensor(context, shape, label: "gradient")
    let loss = Tensor(context, [rows], label: "loss")
    let list = CommandList(context)
    list.bceWithLogits(
      "loss", try Tensor(context, shape, logits), targets: try Tensor(context, shape, targets),
      into: gradient, loss: loss)
    try list.run()
    return (try loss.floats(), try gradient.floats())
  }
}
