import GPUTensor
import TestSupport
import Testing

@Suite struct MeterTests {
  @Test func sumsGoOnThroughAnEpochAndBeginAnewWithTheNext() throws {
    let context = try testContext()
    let meter = try Meter(context, names: ["a", "b"], batchSize: 3)
    let state = try StepState(context)
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
    let meter = try Meter(context, names: ["a"], batchSize: 1)
    let state = try StepState(context)
    let list = CommandList(context)
    list.advance("step", state, batches: 1 << 20, adam: AdamSettings(learningRate: 1))
    list.accumulate("meter", meter, rows: 1, state: state)
    try meter.term(0, rows: 1).write([1e6] as [Float])
    try list.run()
    try meter.term(0, rows: 1).write([0.01] as [Float])
    for _ in 0..<1000 { try list.run() }
    // Plain float32 sums would stay at 1,000,000: 0.01 is less than half a unit in their last place.
    let sum = try meter.startReading().wait().epoch[0]
    #expect(abs(sum - 1_000_010) < 0.01)
  }
}
