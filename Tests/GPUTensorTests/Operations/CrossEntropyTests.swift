import GPUTensor
import Reference
import TestSupport
import Testing

@Suite struct CrossEntropyTests {
  @Test(arguments: [(1, 1), (1, 2), (7, 10), (130, 3)])
  func lossAndGradientMatchTheReference(rows: Int, classes: Int) throws {
    let logits = normals(rows * classes, seed: 1).map { 4 * $0 }
    let labels = (0..<rows).map { UInt8($0 * 7 % classes) }
    let result = try run(logits, labels)
    let losses = ReferenceCrossEntropy.losses(
      logits: logits.doubles, labels: labels, classes: classes)
    let gradient = ReferenceCrossEntropy.meanGradient(
      logits: logits.doubles, labels: labels, classes: classes)
    #expect(relativeError(result.loss, losses) < 1e-6)
    // An absolute error: where a probability approaches 1, the difference loses all its digits.
    for (actual, expected) in zip(result.gradient, gradient) {
      #expect(abs(Double(actual) - expected) < 2e-7)
    }
    let best = ReferenceNeighbours.largest(logits.doubles, columns: classes, kept: 1).places
    #expect(result.correct == zip(best, labels).map { $0 == Int($1) ? 1 : 0 })
  }

  @Test func logitsOfAnySizeAreStable() throws {
    let (loss, gradient, correct) = try run([1e4, 0, 1e4, 0, 5, 5], [0, 1, 1])
    #expect(loss[0] == 0 && loss[1] == 1e4)
    #expect(gradient[0...3] == [0, 0, 1.0 / 3, -1.0 / 3])
    // The first of equal logits counts.
    #expect(correct == [1, 0, 0])
  }

  private func run(
    _ logits: [Float], _ labels: [UInt8]
  ) throws -> (loss: [Float], gradient: [Float], correct: [Float]) {
    let context = try testContext()
    let (rows, shape) = (labels.count, [labels.count, logits.count / labels.count])
    let device = Tensor(context, [rows], .uint8, label: "labels")
    try device.write(labels)
    let gradient = Tensor(context, shape, label: "gradient")
    let loss = Tensor(context, [rows], label: "loss")
    let correct = Tensor(context, [rows], label: "correct")
    let list = CommandList(context)
    list.softmaxCrossEntropy(
      "loss", try Tensor(context, shape, logits), labels: device, into: gradient,
      loss: loss, correct: correct)
    try list.run()
    return (try loss.floats(), try gradient.floats(), try correct.floats())
  }
}
