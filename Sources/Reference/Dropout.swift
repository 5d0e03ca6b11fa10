/// Dropout of single elements and of whole channels, with masks drawn from Philox.
///
/// A mask is 0 for a dropped value and 1 / (1 - p) for a kept one. The forward pass is y = x ·
/// mask, the backward pass dx = dy · mask. `apply` computes both.
public enum ReferenceDropout {
  /// Returns the least Philox word that keeps a value: p 2³², rounded.
  ///
  /// - Parameter p: The dropout probability, in [0, 1).
  public static func threshold(_ p: Double) -> UInt32 {
    precondition(p >= 0 && p < 1, "a dropout probability of \(p) is outside [0, 1)")
    return UInt32(clamping: Int64((p * 0x1p32).rounded()))
  }

  /// Returns the mask of `count` elements. Each has its own Philox word.
  public static func mask(
    count: Int, p: Double, seed: UInt64, stream: UInt32, step: UInt32
  ) -> [Double] {
    let threshold = threshold(p)
    return (0..<count).map { element in
      let bits = ReferencePhilox.bits(seed: seed, stream: stream, step: step, element: element)
      return bits >= threshold ? 1 / (1 - p) : 0
    }
  }

  /// Returns the mask of maps of which whole channels are dropped, as by PyTorch's `Dropout2d`. The
  /// word of a channel is that of element image · channels + channel.
  public static func channelMask(
    of maps: ReferenceMaps, p: Double, seed: UInt64, stream: UInt32, step: UInt32
  ) -> [Double] {
    let channels = maps.channels
    let factors = mask(count: maps.batch * channels, p: p, seed: seed, stream: stream, step: step)
    var mask: [Double] = []
    mask.reserveCapacity(maps.count)
    for image in 0..<maps.batch {
      for _ in 0..<maps.height * maps.width {
        mask += factors[(image * channels)..<((image + 1) * channels)]
      }
    }
    return mask
  }

  /// Returns the values times the mask: the forward pass for x, the backward pass for dy.
  public static func apply(_ mask: [Double], to values: [Double]) -> [Double] {
    precondition(mask.count == values.count, "\(mask.count) factors, \(values.count) values")
    return zip(mask, values).map { $0 * $1 }
  }
}
