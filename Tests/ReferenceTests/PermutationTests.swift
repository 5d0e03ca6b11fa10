import Testing

@testable import Reference

struct PermutationTests {
  func order(_ count: Int, seed: UInt64 = 1, stream: UInt32 = 3, epoch: UInt32 = 1) -> [Int] {
    let permutation = ReferencePermutation(
      count: count, seed: seed, stream: stream, epoch: epoch)
    return (0..<count).map { permutation($0) }
  }

  @Test(arguments: [1, 2, 3, 4, 5, 16, 17, 1000, 60_000])
  func everyIndexAppearsOnce(count: Int) {
    var seen = [Bool](repeating: false, count: count)
    for index in order(count) {
      seen[index] = true
    }
    #expect(seen.allSatisfy { $0 })
  }

  @Test func everythingInTheKeyMatters() {
    let base = order(1000)
    #expect(base == order(1000))
    #expect(base != order(1000, epoch: 2))
    #expect(base != order(1000, seed: 2))
    #expect(base != order(1000, stream: 4))
  }

  /// The rounds written out, on halves of a single bit.
  @Test func theSmallestNetworkByHand() {
    // h = 1: halves of one bit, so a round is (l, r) → (r, l ^ low bit of mix(r ^ key)).
    let keys = (0..<6).map {
      ReferencePhilox.bits(seed: 1, stream: 3, step: 1, element: $0)
    }
    func mix(_ v: UInt32) -> UInt32 {
      let a = (v ^ (v >> 16)) &* 0x85EB_CA6B
      let b = (a ^ (a >> 13)) &* 0xC2B2_AE35
      return b ^ (b >> 16)
    }
    let expected = (UInt32(0)..<4).map { index in
      var half = (index / 2, index % 2)
      for key in keys { half = (half.1, half.0 ^ (mix(half.1 ^ key) % 2)) }
      return Int(half.0 * 2 + half.1)
    }
    #expect(order(4) == expected)
  }

  @Test func neighboursAreScattered() {
    let count = 60_000
    let places = order(count)
    // The mean distance of two random positions is a third of the range.
    let steps = zip(places, places.dropFirst()).map { abs($0 - $1) }
    let mean = Double(steps.reduce(0, +)) / Double(count - 1)
    #expect(abs(mean / Double(count) - 1.0 / 3) < 0.01)
    let fixed = places.indices.filter { places[$0] == $0 }
    #expect(fixed.count < 10)
  }
}
