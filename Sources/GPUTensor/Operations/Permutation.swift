/// The permutation of 0 ..< count by which an epoch shuffles its images, on the host: the same as
/// `permute` in `kernels/common/batch.cl`, which says how it works.
struct Permutation {
  private let count: UInt32
  /// The bits of each half of an index: 4^halfBits ≥ count.
  private let halfBits: UInt32
  private let keys: [UInt32]

  /// Creates the permutation of an epoch, whose keys are drawn from `source`.
  init(count: Int, _ source: RandomSource, epoch: UInt32) {
    self.count = UInt32(count)
    halfBits = (0..<16).first { 1 << (2 * UInt64($0)) >= UInt64(count) } ?? 16
    let words = (0..<2).flatMap { source.words(step: epoch, block: $0) }
    keys = Array(words.prefix(6))
  }

  /// Returns the place of an index below `count`.
  func callAsFunction(_ index: Int) -> Int {
    let mask = (UInt32(1) << halfBits) - 1
    var index = UInt32(index)
    repeat {
      var (left, right) = (index >> halfBits, index & mask)
      for key in keys {
        (left, right) = (right, left ^ (Self.scrambled(right ^ key) & mask))
      }
      index = left << halfBits | right
    } while index >= count
    return Int(index)
  }

  /// The finalizer of MurmurHash3.
  private static func scrambled(_ value: UInt32) -> UInt32 {
    var value = (value ^ value >> 16) &* 0x85eb_ca6b
    value = (value ^ value >> 13) &* 0xc2b2_ae35
    return value ^ value >> 16
  }
}

extension RandomSource {
  /// Returns the words of elements 4 · block … 4 · block + 3 in a step, as `random_bits` in
  /// `kernels/common/philox.cl` does.
  fileprivate func words(step: UInt32, block: UInt32) -> [UInt32] {
    var (x, y, z, w) = (block, step, stream, UInt32(0))
    var (low, high) = (UInt32(truncatingIfNeeded: seed), UInt32(seed >> 32))
    for _ in 0..<10 {
      let (a, b) = (UInt64(x) * 0xd251_1f53, UInt64(z) * 0xcd9e_8d57)
      (x, y) = (UInt32(b >> 32) ^ y ^ low, UInt32(truncatingIfNeeded: b))
      (z, w) = (UInt32(a >> 32) ^ w ^ high, UInt32(truncatingIfNeeded: a))
      (low, high) = (low &+ 0x9e37_79b9, high &+ 0xbb67_ae85)
    }
    return [x, y, z, w]
  }
}
