import Testing

@testable import GPUTensor

/// Converts the readings of a device's clock to times.
@Suite struct TimelineTests {
  private typealias Stamp = Timeline.Stamp

  /// Converts runs, each given as the starts and ends of its launches.
  private func times(_ runs: [(UInt64, UInt64)]...) throws -> [[LaunchTime]] {
    var timeline = Timeline()
    return try runs.map { try timeline.append($0.map { Stamp(start: $0, end: $1) }) }
  }

  @Test func timesCountFromTheFirstStart() throws {
    // Nanoseconds since 1970, which Double cannot represent exactly.
    let now: UInt64 = 1_790_000_000_000_000_001
    #expect(
      try times([(now, now + 5), (now + 7, now + 8)], [(now + 9, now + 9), (now + 9, now + 12)])
        == [
          [LaunchTime(start: 0, end: 5), LaunchTime(start: 7, end: 8)],
          [LaunchTime(start: 9, end: 9), LaunchTime(start: 9, end: 12)],
        ])
  }

  @Test func launchesDoNotOverlap() throws {
    #expect(
      try times([(10, 20), (15, 30), (16, 29)], [(29, 31)]) == [
        [
          LaunchTime(start: 0, end: 10), LaunchTime(start: 10, end: 20),
          LaunchTime(start: 20, end: 20),
        ], [LaunchTime(start: 20, end: 21)],
      ])
  }

  @Test func extremeTimesDoNotOverflow() throws {
    #expect(try times([(0, .max), (.max, .max)])[0][0].seconds > 1e10)
  }

  @Test func anUnusableClock() throws {
    #expect(throws: UselessClock.self) { try times([(5, 4), (6, 7)]) }
    #expect(throws: UselessClock.self) { try times([(5, 6), (4, 7)]) }
    #expect(throws: UselessClock.self) { try times([(5, 6)], [(4, 7)]) }
    #expect(throws: UselessClock.self) { try times([(0, 0)]) }
    #expect(throws: UselessClock.self) { try times([(5, 6), (6, 6), (6, 6)]) }
    #expect(try times([(5, 6), (6, 6)]).count == 1, "half of them is not most")
  }
}
