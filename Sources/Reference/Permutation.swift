/// A keyed permutation of 0 ..< count: the order in which an epoch visits the images.
///
/// A balanced Feistel network of six rounds (Luby & Rackoff, 1988) permutes the numbers of 2 h
/// bits, with h the least number such that 4^h >= count. It is applied again to a result outside
/// the range until the result is inside ("cycle walking", Black & Rogaway, 2002). So the function
/// remains a permutation. Only the six round keys are stored.
public struct ReferencePermutation: Sendable {
  /// The number of elements permuted.
  public let count: Int
  private let halfBits: UInt32
  private let roundKeys: [UInt32]

  /// Creates the permutation of an epoch. The round keys are the first six words of the stream at
  /// step `epoch`.
  ///
  /// - Parameters:
  ///   - count: The number of elements, from 1 to 2³².
  ///   - seed: The run's seed.
  ///   - stream: The stream of the shuffle.
  ///   - epoch: The epoch.
  public init(count: Int, seed: UInt64, stream: UInt32, epoch: UInt32) {
    precondition(count >= 1 && count <= 1 << 32, "cannot permute \(count) elements")
    self.count = count
    var halfBits: UInt32 = 0
    while 1 << (2 * Int(halfBits)) < count {
      halfBits += 1
    }
    self.halfBits = halfBits
    self.roundKeys = (0..<6).map {
      ReferencePhilox.bits(seed: seed, stream: stream, step: epoch, element: $0)
    }
  }

  /// Returns the element at `index`, which is in 0 ..< count.
  public func callAsFunction(_ index: Int) -> Int {
    precondition(index >= 0 && index < count, "\(index) is outside 0 ..< \(count)")
    var value = UInt32(index)
    repeat {
      value = feistel(value)
    } while Int(value) >= count
    return Int(value)
  }

  private func feistel(_ value: UInt32) -> UInt32 {
    let mask = (UInt32(1) << halfBits) - 1
    var left = value >> halfBits
    var right = value & mask
    for key in roundKeys {
      (left, right) = (right, left ^ (Self.mix(right ^ key) & mask))
    }
    return left << halfBits | right
  }

  /// The 32-bit finalizer of MurmurHash3 (Appleby): every input bit reaches every output bit.
  private static func mix(_ value: UInt32) -> UInt32 {
    var value = value
    value ^= value >> 16
    value &*= 0x85EB_CA6B
    value ^= value >> 13
    value &*= 0xC2B2_AE35
    value ^= value >> 16
    return value
  }
}
