import Testing

@testable import Datasets

@Suite struct SplitMix64Tests {
  /// The sequence of the reference implementation (Vigna, splitmix64.c) for the state 1234567.
  @Test func referenceSequence() {
    var random = SplitMix64(seed: 1_234_567)
    let values = (0..<5).map { _ in random.next() }
    #expect(
      values == [
        6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
        4_593_380_528_125_082_431, 16_408_922_859_458_223_821,
      ])
  }

  @Test func distributions() {
    var random = SplitMix64(seed: 7, item: 3)
    let count = 100_000
    let uniform = (0..<count).map { _ in random.uniform() }
    #expect(uniform.allSatisfy { 0 <= $0 && $0 < 1 })
    #expect(abs(uniform.reduce(0, +) / Float(count) - 0.5) < 0.005)
    let bell = (0..<count).map { _ in Double(random.bell()) }
    #expect(abs(bell.reduce(0, +) / Double(count)) < 0.02)
    #expect(abs(bell.reduce(0) { $0 + $1 * $1 } / Double(count) - 1) < 0.02)
    var tally = [Int](repeating: 0, count: 10)
    for _ in 0..<count { tally[random.index(below: 10)] += 1 }
    #expect(tally.allSatisfy { abs($0 - count / 10) < 500 })
  }
}
