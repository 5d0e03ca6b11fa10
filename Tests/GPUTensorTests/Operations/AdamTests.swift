import GPUTensor
import Reference
import TestSupport
import Testing

@Suite struct AdamTests {
  @Test(arguments: [1, 7, 64, 5000])
  func stepsMatchTheReference(count: Int) throws {
    let context = try testContext()
    let settings = AdamSettings(learningRate: 2e-4)
    let start = normals(count, seed: 1).map { $0 * 1e-3 }
    let gradient = Tensor(context, [count], label: "gradient")
    let first = Tensor(context, [count], label: "first")
    let second = Tensor(context, [count], label: "second")
    let parameters = try Tensor(context, [count], start)
    try first.fillZero()
    try second.fillZero()
    let state = StepState(context)
    let meter = Meter(context, names: [], batchSize: 1, watching: [("all", count)])
    let norms = meter.norms(of: 0)
    let list = CommandList(context)
    list.advance("step", state, batches: 100, adam: settings)
    list.adam(
      "adam", settings, state: state,
      AdamTensors(
        parameters: parameters, gradients: gradient, firstMoments: first, secondMoments: second),
      norms: norms)

    let reference = ReferenceAdam(learningRate: 2e-4)
    var expected = start.doubles
    var (m, v) = ([Double](repeating: 0, count: count), [Double](repeating: 0, count: count))
    for step in 1...5 {
      let g = normals(count, seed: UInt64(10 + step)).map { $0 * 1e-3 }
      try gradient.write(g)
      try list.run()
      reference.update(
        parameters: &expected, gradients: g.doubles, firstMoments: &m, secondMoments: &v,
        step: step)
      // The partial sums of both norms.
      let parts = try norms.floats().doubles
      let half = parts.count / 2
      let sums = [parts[..<half].reduce(0, +), parts[half...].reduce(0, +)]
      let squares = [g.doubles, expected].map { $0.reduce(0) { $0 + $1 * $1 } }
      for (sum, expected) in zip(sums, squares) { #expect(abs(sum / expected - 1) < 1e-6) }
    }
    #expect(relativeError(try first.floats(), m) < 1e-6)
    #expect(relativeError(try second.floats(), v) < 1e-6)
    // Compares the change, not the parameter: a correction of 1 − 0.999f would be wrong by 1e-5
    // here.
    let change = zip(try parameters.floats(), start).map { $0 - $1 }
    let expectedChange = zip(expected, start).map { $0 - Double($1) }
    #expect(relativeError(change, expectedChange) < 1e-6)
  }

  @Test func biasCorrectionsKeepTheirDigits() throws {
    let context = try testContext()
    let settings = AdamSettings(learningRate: 1)
    let parameters = try Tensor(context, [1], [0])
    let (first, second) = (try Tensor(context, [1], [0]), try Tensor(context, [1], [0]))
    let state = StepState(context)
    let norms = Tensor(context, [2, 1], label: "norms")
    let list = CommandList(context)
    list.advance("step", state, batches: 1, adam: settings)
    list.adam(
      "adam", settings, state: state,
      AdamTensors(
        parameters: parameters, gradients: try Tensor(context, [1], [0.5]), firstMoments: first,
        secondMoments: second),
      norms: norms)
    try list.run()
    // The first step moves by the learning rate, whatever the gradient.
    #expect(relativeError(try parameters.floats(), [-1]) < 3e-7)
  }
}
