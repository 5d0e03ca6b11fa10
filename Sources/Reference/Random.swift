import Foundation

/// Distributions drawn from Philox words. The arguments are those of `ReferencePhilox.bits`.
public enum ReferenceRandom {
  /// Returns a uniform number in [0, 1) with 24 random bits, exact in Float.
  public static func uniform(
    seed: UInt64, stream: UInt32, step: UInt32, element: Int
  ) -> Float {
    unit(ReferencePhilox.bits(seed: seed, stream: stream, step: step, element: element))
  }

  /// Returns a uniform number in [-bound, bound): fma(2 bound, u, -bound), rounded once, in Float.
  public static func uniform(
    bound: Float, seed: UInt64, stream: UInt32, step: UInt32, element: Int
  ) -> Float {
    let u = uniform(seed: seed, stream: stream, step: step, element: element)
    return (-bound).addingProduct(2 * bound, u)
  }

  /// Returns a standard normal number by the method of Box and Muller (1958).
  ///
  /// An even element and the odd one after it share two words of their block, (0, 1) or (2, 3). The
  /// first word gives the radius, the second the angle; the even element takes the cosine, the odd
  /// one the sine.
  public static func normal(
    seed: UInt64, stream: UInt32, step: UInt32, element: Int
  ) -> Double {
    let first = element - element % 2
    let a = ReferencePhilox.bits(seed: seed, stream: stream, step: step, element: first)
    let b = ReferencePhilox.bits(seed: seed, stream: stream, step: step, element: first + 1)
    // Half a unit above a grid of 23 bits. It is exact in Float, and never 0, so the logarithm is
    // finite.
    let u1 = (Double(a >> 9) + 0.5) * 0x1p-23
    let u2 = Double(unit(b))
    let radius = (-2 * log(u1)).squareRoot()
    return element == first ? radius * cos(2 * .pi * u2) : radius * sin(2 * .pi * u2)
  }

  private static func unit(_ bits: UInt32) -> Float {
    Float(bits >> 8) * 0x1p-24
  }
}
