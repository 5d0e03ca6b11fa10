import Foundation

/// Interpolation between latents.
public enum Interpolation {
  /// Returns latents from `start` to `end` along a great circle around the origin (Shoemake:
  /// Animating Rotation with Quaternion Curves, 1985; for latents White: Sampling Generative
  /// Networks, 2016):
  ///
  ///     z(t) = sin((1 − t)Ω)/sin Ω · start + sin(tΩ)/sin Ω · end
  ///     cos Ω = start·end / (|start| |end|)
  ///
  /// Normally distributed latents lie near a sphere of radius √n. A straight line would leave it:
  /// halfway it is at about 0.7 of the radius, where a decoder has seen few latents. The straight
  /// line is used only if the great circle is undefined: the latents point in the same or in
  /// opposite directions, or one is zero.
  ///
  /// - Parameters:
  ///   - start: The first latent, (n), which is returned bit for bit.
  ///   - end: The last latent, (n), which is returned bit for bit.
  ///   - count: The number of latents, at least 2.
  /// - Returns: The latents, (count, n), packed.
  public static func spherical(from start: [Float], to end: [Float], count: Int) -> [Float] {
    precondition(start.count == end.count && count >= 2)
    func dot(_ first: [Float], _ second: [Float]) -> Double {
      zip(first, second).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    }
    let norms = (dot(start, start) * dot(end, end)).squareRoot()
    let angle = norms > 0 ? acos(max(-1, min(1, dot(start, end) / norms))) : 0
    let isStraight = sin(angle) < 1e-6
    return (0..<count).flatMap { index in
      let t = Double(index) / Double(count - 1)
      let first = isStraight ? 1 - t : sin((1 - t) * angle) / sin(angle)
      let second = isStraight ? t : sin(t * angle) / sin(angle)
      return zip(start, end).map { Float(first * Double($0) + second * Double($1)) }
    }
  }
}
