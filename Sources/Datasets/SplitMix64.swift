/// The SplitMix64 generator (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators,
/// 2014): small, seedable with any number, and the same on every machine.
package struct SplitMix64 {
  private var state: UInt64

  /// Makes a generator from a seed.
  package init(seed: UInt64) { state = seed }

  /// Makes a generator for one of many items: neighbouring items get unrelated sequences.
  init(seed: UInt64, item: Int) {
    var first = SplitMix64(seed: seed)
    var second = SplitMix64(seed: first.next() &+ UInt64(truncatingIfNeeded: item))
    state = second.next()
  }

  /// Returns the next 64 bits.
  package mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// Returns a uniform number in [0, 1), a multiple of 2⁻²⁴.
  mutating func uniform() -> Float { Float(next() >> 40) * 0x1p-24 }

  /// Returns a uniform number in [low, high).
  package mutating func uniform(_ low: Float, _ high: Float) -> Float {
    low + (high - low) * uniform()
  }

  /// Returns an approximately normal number with mean 0 and standard deviation 1, within ±3.47: a
  /// sum of four uniform numbers.
  mutating func bell() -> Float {
    let sum = uniform() + uniform() + uniform() + uniform()
    return (sum - 2) * 1.7320508
  }

  /// Returns a uniform integer in 0 ..< count.
  package mutating func index(below count: Int) -> Int {
    Int(truncatingIfNeeded: next().multipliedFullWidth(by: UInt64(count)).high)
  }
}
