import Foundation

/// The Gaussian latent of a variational autoencoder (Kingma & Welling, 2014).
///
/// With a latent width of L, a row of the encoder's output consists of L means and L log variances:
/// (batch, 2 L). z, ε and dz are (batch, L).
public enum ReferenceReparameterization {
  /// Returns ε for `rows` rows, (rows, L): standard normals of a Philox stream. A row's numbers
  /// begin at an element that is a multiple of 4.
  public static func noise(
    rows: Int, latent: Int, seed: UInt64, stream: UInt32, step: UInt32
  ) -> [Double] {
    let width = (latent + 3) / 4 * 4
    return (0..<rows * latent).map { index in
      let (row, column) = index.quotientAndRemainder(dividingBy: latent)
      return ReferenceRandom.normal(
        seed: seed, stream: stream, step: step, element: row * width + column)
    }
  }

  /// Returns z = μ + ε exp(½ log σ²), (batch, L).
  public static func forward(encoded: [Double], noise: [Double], latent: Int) -> [Double] {
    checkSizes(encoded: encoded, noise: noise, latent: latent)
    return noise.indices.map { index in
      let (mean, logVariance) = moments(encoded, at: index, latent: latent)
      return mean + noise[index] * exp(0.5 * logVariance)
    }
  }

  /// Returns the gradient of the loss with respect to the encoder's output, (batch, 2 L): the
  /// gradient through z plus that of the weighted KL divergence summed over the batch.
  public static func backward(
    dz: [Double], encoded: [Double], noise: [Double], latent: Int, weight: Double = 1
  ) -> [Double] {
    checkSizes(encoded: encoded, noise: noise, latent: latent)
    precondition(dz.count == noise.count, "dz has \(dz.count) elements, not \(noise.count)")
    var gradient = [Double](repeating: 0, count: encoded.count)
    for index in dz.indices {
      let (mean, logVariance) = moments(encoded, at: index, latent: latent)
      let position = (index / latent) * 2 * latent + index % latent
      gradient[position] = dz[index] + weight * mean
      gradient[position + latent] =
        dz[index] * noise[index] * 0.5 * exp(0.5 * logVariance)
        + weight * 0.5 * (exp(logVariance) - 1)
    }
    return gradient
  }

  /// Returns KL(N(μ, σ²) ‖ N(0, 1)) of each row, -½ Σ (1 + log σ² - μ² - σ²): (batch).
  public static func divergence(encoded: [Double], latent: Int) -> [Double] {
    precondition(
      latent > 0 && encoded.count.isMultiple(of: 2 * latent), "encoded is not whole rows")
    var rows = [Double](repeating: 0, count: encoded.count / (2 * latent))
    for index in 0..<(encoded.count / 2) {
      let (mean, logVariance) = moments(encoded, at: index, latent: latent)
      rows[index / latent] -= 0.5 * (1 + logVariance - mean * mean - exp(logVariance))
    }
    return rows
  }

  /// Returns log p(z) − log q(z | μ, σ²) of each row for z = μ + ε σ, with p the standard normal
  /// density: ½ Σ (log σ² + ε² − z²), (batch).
  public static func logRatio(encoded: [Double], noise: [Double], latent: Int) -> [Double] {
    let z = forward(encoded: encoded, noise: noise, latent: latent)
    var rows = [Double](repeating: 0, count: noise.count / latent)
    for index in z.indices {
      let (_, logVariance) = moments(encoded, at: index, latent: latent)
      rows[index / latent] +=
        0.5 * (logVariance + noise[index] * noise[index] - z[index] * z[index])
    }
    return rows
  }

  /// Returns the mean and log variance of element `index` of a (batch, L) array.
  private static func moments(
    _ encoded: [Double], at index: Int, latent: Int
  ) -> (mean: Double, logVariance: Double) {
    let position = (index / latent) * 2 * latent + index % latent
    return (encoded[position], encoded[position + latent])
  }

  private static func checkSizes(encoded: [Double], noise: [Double], latent: Int) {
    precondition(latent > 0 && noise.count.isMultiple(of: latent), "noise is not whole rows")
    precondition(
      encoded.count == 2 * noise.count,
      "encoded has \(encoded.count) elements, not \(2 * noise.count)")
  }
}
