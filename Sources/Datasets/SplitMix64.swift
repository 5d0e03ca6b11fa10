/// The SplitMix64 generator (Steele, Lea, Flood: Fast Splittable Pseudorandom Number Generators,
/// 2014): small, seedable by any number, and the same on every machine.
package struct SplitMix64 {
  private var state: UInt64

  /// A generator whose numbers follow from `seed`.
  package init(seed: UInt64) { state = seed }

  /// A generator for one of many items: neighbouring items get unrelated sequences.
  init(seed: UInt64, item: Int) {
    var first = SplitMix64(seed: seed)
    var second = SplitMix64(seed: first.next() &+ UInt64(truncatingIfNeeded: item))
    state = second.next()
  }

  /// The next 64 bits.
  package mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// Uniform in [0, 1), a multiple of 2⁻²⁴.
  mutating func uniform() -> Float { Float(next() >> 40) * 0x1p-24 }

  /// Uniform in [low, high).
  package mutating func uniform(_ low: Float, _ high: Float) -> Float {
    low + (high - low) * uniform()
  }

  /// About normal, of mean 0 and standard deviation 1, within ±3.47: four uniforms added up.
  mutating func bell() -> Float {
    let sum = uniform() + uniform() + uniform() + uniform()
    return (sum - 2) * 1.7320508
  }

  /// Uniform in 0 ..< count.
  package mutating func index(below count: Int) -> Int {
    Int(truncatingIfNeeded: next().multipliedFullWidth(by: UInt64(count)).high)
  }
}
