import Testing

@testable import GenerativeModels

@Suite struct RandomStreamTests {
  private static let dropouts = [
    RandomStream.discriminatorDropout, .generatorStepDropout, .encoderDropout,
  ]

  /// Runs resume to the same bits only if their streams stay the same.
  @Test(arguments: dropouts)
  func sixteenStagesHaveTheStreamsFromTheFirstOn(stream: RandomStream) {
    let streams = (0..<16).map { stream.source(seed: 1, stage: $0).stream }
    #expect(streams == (0..<16).map { stream.rawValue + $0 })
  }

  @Test func stagesDoNotShareStreams() {
    let stages = Self.dropouts.flatMap { stream in
      (0..<1000).map { stream.source(seed: 1, stage: $0).stream }
    }
    let others = (UInt32(0)..<16).compactMap(RandomStream.init).map(\.rawValue)
    #expect(others.count == 8)
    #expect(Set(stages + others).count == 3000 + others.count)
  }
}
