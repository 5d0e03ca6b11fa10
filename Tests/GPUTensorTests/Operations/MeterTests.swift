import GPUTensor
import TestSupport
import Testing

@Suite struct MeterTests {
  @Test func sumsAccumulateOverAnEpochAndRestartWithTheNext() throws {
    let context = try testContext()
    let meter = Meter(context, names: ["a", "b"], batchSize: 3)
    let state = StepState(context)
    let list = CommandList(context)
    list.advance("step", state, batches: 2, adam: AdamSettings(learningRate: 1))
    list.accumulate("meter", meter, rows: 3, state: state)
    try meter.term(0, rows: 3).write([1, 2, 3] as [Float])
    try meter.term(1, rows: 3).write([10, 20, 30] as [Float])
    var sums: [[Double]] = []
    for _ in 0..<3 {
      try list.run()
      sums.append(try meter.startReading().wait().epoch)
    }
    #expect(sums == [[6, 60], [12, 120], [6, 60]])
    #expect(try meter.startReading().wait().batch == [6, 60])
  }

  @Test func aLongEpochLosesNothing() throws {
    let context = try testContext()
    let meter = Meter(context, names: ["a"], batchSize: 1)
    let state = StepState(context)
    let list = CommandList(context)
    list.advance("step", state, batches: 1 << 20, adam: AdamSettings(learningRate: 1))
    list.accumulate("meter", meter, rows: 1, state: state)
    try meter.term(0, rows: 1).write([1e6] as [Float])
    try list.run()
    try meter.term(0, rows: 1).write([0.01] as [Float])
    for _ in 0..<1000 { try list.run() }
    // Plain float32 sums would stay at 1,000,000: 0.01 is less than half a unit in their last
    // place.
    let sum = try meter.startReading().wait().epoch[0]
    #expect(abs(sum - 1_000_010) < 0.01)
  }

  @Test(arguments: [Float.nan, .infinity, -.infinity])
  func theFirstNonFiniteStepIsRecorded(value: Float) throws {
    let context = try testContext()
    // Two sets whose norms have different numbers of partial sums.
    let meter = Meter(
      context, names: ["a", "b"], batchSize: 2, watching: [("few", 3), ("many", 100_000)])
    let state = StepState(context)
    let list = CommandList(context)
    list.advance("step", state, batches: 2, adam: AdamSettings(learningRate: 1))
    list.accumulate("meter", meter, rows: 2, state: state)
    let (loss, norms) = (meter.term(1, rows: 2), meter.norms(of: 1))
    try loss.write([1, 2] as [Float])
    func failure() throws -> Meter.Sums.Failure? {
      try list.run()
      return try meter.startReading().wait().firstFailure
    }
    #expect(try failure() == nil)
    let parts = [Float](repeating: 1, count: norms.count)
    try norms.write(parts.dropLast(norms.columns + 1) + [value] + parts.suffix(norms.columns))
    #expect(try failure() == Meter.Sums.Failure(step: 2, term: "the gradient of many"))
    try norms.write(parts)
    try loss.write([1, value])
    // Also after the sums are finite again and another failure follows.
    #expect(try failure() == Meter.Sums.Failure(step: 2, term: "the gradient of many"))
    try meter.restore([UInt32](repeating: 0, count: meter.stateCount))
    #expect(try failure() == Meter.Sums.Failure(step: 4, term: "b"))
  }

  @Test func theStateContinuesInAnotherMeter() throws {
    let context = try testContext()
    let meters = (0..<2).map { _ in Meter(context, names: ["a"], batchSize: 1) }
    let state = StepState(context)
    let lists = meters.map { meter in
      let list = CommandList(context)
      list.advance("step", state, batches: 9, adam: AdamSettings(learningRate: 1))
      list.accumulate("meter", meter, rows: 1, state: state)
      return list
    }
    for meter in meters { try meter.term(0, rows: 1).write([0.1] as [Float]) }
    try lists[0].run()
    try meters[1].restore(try meters[0].state())
    try lists[1].run()
    #expect(try meters[1].startReading().wait().epoch == [Double(Float(0.1) + 0.1)])
  }
}
