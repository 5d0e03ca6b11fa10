import Foundation
import Testing

@testable import Reference

struct ReparameterizationTests {
  let latent = 3
  let encoded = normals(12, seed: 1)
  let noise = normals(6, seed: 2)
  let dz = normals(6, seed: 3)

  @Test func forwardByHand() {
    let z = ReferenceReparameterization.forward(
      encoded: [1, 2, 0, log(4), 5, 6, log(9), 0], noise: [0.5, -1, 2, 3], latent: 2)
    #expect(distance(z, [1.5, 0, 11, 9]) < roundingTolerance)
  }

  @Test func divergenceByHand() {
    // A standard normal has no divergence; a mean of 2 adds 2; a variance of e adds (e - 2) / 2.
    let rows = ReferenceReparameterization.divergence(
      encoded: [0, 0, 0, 0, 2, 0, 0, 1], latent: 2)
    #expect(rows.count == 2)
    #expect(rows[0] == 0)
    #expect(abs(rows[1] - (2 + (exp(1) - 2) / 2)) < 1e-14)
  }

  @Test func gradient() {
    let truth = finiteDifferences(at: encoded) { encoded in
      let z = ReferenceReparameterization.forward(encoded: encoded, noise: noise, latent: latent)
      let divergence = ReferenceReparameterization.divergence(encoded: encoded, latent: latent)
      return dot(dz, z) + divergence.reduce(0, +)
    }
    let gradient = ReferenceReparameterization.backward(
      dz: dz, encoded: encoded, noise: noise, latent: latent)
    #expect(distance(gradient, truth) < gradientTolerance)
  }

  @Test func theRatioIsThatOfTheDensities() {
    let z = ReferenceReparameterization.forward(encoded: encoded, noise: noise, latent: latent)
    func logNormal(_ x: Double, _ mean: Double, _ variance: Double) -> Double {
      -0.5 * (log(2 * .pi * variance) + (x - mean) * (x - mean) / variance)
    }
    let ratios = ReferenceReparameterization.logRatio(
      encoded: encoded, noise: noise, latent: latent)
    for row in 0..<2 {
      let expected = (0..<latent).reduce(0) { sum, j in
        let (mean, variance) = (encoded[6 * row + j], exp(encoded[6 * row + 3 + j]))
        let value = z[3 * row + j]
        return sum + logNormal(value, 0, 1) - logNormal(value, mean, variance)
      }
      #expect(abs(ratios[row] - expected) < 1e-12)
    }
  }
}
