/// Philox4x32-10, the counter-based generator of Salmon, Moraes, Dror and Shaw,
/// "Parallel random numbers: as easy as 1, 2, 3" (SC'11).
public enum ReferencePhilox {
  /// Returns the four words of a counter under a key.
  public static func block(counter: SIMD4<UInt32>, key: SIMD2<UInt32>) -> SIMD4<UInt32> {
    var counter = counter
    var key = key
    for _ in 0..<10 {
      let even = UInt32(0xD251_1F53).multipliedFullWidth(by: counter.x)
      let odd = UInt32(0xCD9E_8D57).multipliedFullWidth(by: counter.z)
      counter = SIMD4(
        odd.high ^ counter.y ^ key.x, odd.low, even.high ^ counter.w ^ key.y, even.low)
      key &+= SIMD2(0x9E37_79B9, 0xBB67_AE85)
    }
    return counter
  }

  /// Returns the random word of an element in a stream at a step. `element` is in 0 ..< 2³⁴.
  ///
  /// The key is the seed, low word first, and the counter is (element / 4, step, stream, 0). The
  /// result is word element % 4 of their block.
  public static func bits(seed: UInt64, stream: UInt32, step: UInt32, element: Int) -> UInt32 {
    let counter = SIMD4(UInt32(element / 4), step, stream, 0)
    return block(counter: counter, key: key(seed))[element % 4]
  }

  static func key(_ seed: UInt64) -> SIMD2<UInt32> {
    SIMD2(UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32))
  }
}
