import Evaluation
import GenerativeModels
import Testing

/// What is drawn of latents, without a device.
@Suite struct LatentsTests {
  private func isNear(_ first: [Double], _ second: [Double]) -> Bool {
    first.count == second.count && zip(first, second).allSatisfy { abs($0 - $1) < 1e-6 }
  }

  /// The expected numbers are those of the formula in Python.
  @Test func divergences() {
    // Two images with two latents: means 1 and 0.5, then 0 and 2.
    let encoding = Encoding([1, 0.5, 0, 1, 0, 2, -2, 0], latent: 2)
    #expect(
      isNear(
        encoding.divergences(latent: 2),
        [(0.5 + 0.5676676416183064) / 2, (0.48414091422952255 + 2) / 2]))
  }

  @Test func traversals() {
    let z = LatentPaths.traversals(of: [2, 0], around: [7, 8, 9], steps: 3)
    #expect(z == [7, 8, -3, 7, 8, 0, 7, 8, 3, -3, 8, 9, 0, 8, 9, 3, 8, 9])
    #expect(LatentPaths.order(by: [1, 3, 2, 3]) == [1, 3, 2, 0])
  }

  @Test func changes() {
    let changes = LatentPaths.changes(between: [0, 0, 3, 4, 1, 1, 1, 1], pixels: 2)
    #expect(isNear(changes, [Double(12.5).squareRoot(), 0]))
  }

  /// The quartiles of a normal distribution are at ±0.6745 standard deviations.
  @Test func theManifoldOfTwoLatents() throws {
    let plane = try LatentPlane(of: [1, 2, 3, 4], latent: 2)
    #expect(plane == .ofTwoLatents)
    #expect(plane.coordinates(of: [1, 2, 3, 4]) == [1, 2, 3, 4])
    let q = 0.6744897501960817
    #expect(isNear(plane.manifold(side: 2).map(Double.init), [-q, q, q, q, -q, -q, q, -q]))
  }

  /// The expected numbers are NumPy's.
  @Test func theManifoldOfPrincipalComponents() throws {
    let means: [Float] = [1, 2, 0, 2, 1, 1, 4, 0, -1, 3, 5, 2, 0, 3, 7]
    let plane = try LatentPlane(of: means, latent: 3)
    #expect(
      plane.names == [
        "first principal component, 77 % of the variance",
        "second principal component, 17 % of the variance",
      ])
    #expect(
      isNear(
        plane.coordinates(of: means),
        [
          -1.30417963, -0.16021727, -1.11118715, -0.91788678, -3.88601131, -0.67278085,
          0.79261007, 2.86007147, 5.50876803, -1.10918657,
        ]))
    #expect(
      isNear(
        plane.manifold(side: 2).map(Double.init),
        [
          3.20491886, 2.39431742, -0.5032978, 1.59666385, 4.0099947, 3.63194121,
          2.40333615, 0.3900053, -0.03194121, 0.79508114, 2.00568258, 4.1032978,
        ]))
  }
}
