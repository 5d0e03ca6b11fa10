import GPUTensor
import Reference
import TestSupport
import Testing

@Suite struct RandomTests {
  static let seeds: [UInt64] = [0, 1, 0x0123_4567_89ab_cdef, .max]

  @Test(arguments: seeds, [1, 3, 4, 1001, 5001])
  func uniformsMatchTheReference(seed: UInt64, count: Int) throws {
    let context = try testContext()
    let out = Tensor(context, [count], label: "out")
    let list = CommandList(context)
    list.fillUniform(
      "uniform", bound: 0.3, source: RandomSource(seed: seed, stream: 7), step: 5, into: out)
    try list.run()
    let expected = (0..<count).map {
      ReferenceRandom.uniform(bound: 0.3, seed: seed, stream: 7, step: 5, element: $0)
    }
    #expect(try out.floats() == expected, "integers, and one rounding: the same bits everywhere")
  }

  @Test(arguments: seeds, [1, 2, 1001, 5001])
  func normalsMatchTheReferenceToAFewUnits(seed: UInt64, count: Int) throws {
    let context = try testContext()
    let out = Tensor(context, [count], label: "out")
    let list = CommandList(context)
    list.fillNormal("normal", source: RandomSource(seed: seed, stream: 8), step: 6, into: out)
    try list.run()
    let expected = (0..<count).map {
      ReferenceRandom.normal(seed: seed, stream: 8, step: 6, element: $0)
    }
    #expect(relativeError(try out.floats(), expected) < 1e-6)
  }

  @Test func everyStepDrawsItsOwnNormals() throws {
    let context = try testContext()
    let out = Tensor(context, [10], label: "out")
    let state = StepState(context)
    let list = CommandList(context)
    list.advance("step", state, batches: 10, adam: AdamSettings(learningRate: 1))
    list.drawNormal("normal", source: RandomSource(seed: 2, stream: 5), state: state, into: out)
    for step: UInt32 in 1...3 {
      try list.run()
      let expected = (0..<10).map {
        ReferenceRandom.normal(seed: 2, stream: 5, step: step, element: $0)
      }
      #expect(relativeError(try out.floats(), expected) < 1e-6)
    }
  }
}
