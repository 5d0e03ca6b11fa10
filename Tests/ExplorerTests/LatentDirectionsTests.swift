import Testing

@testable import Explorer

/// Directions of linear maps x = A z, for which M = E[JᵀJ] is AᵀA.
struct LatentDirectionsTests {
  /// Measures a map of (pixels, latent), row by row.
  private func directions(_ map: [[Float]], latent: Int) throws -> [LatentDirections.Direction] {
    let anchors = (0..<2 * latent).map { Float($0 % 3) - 1 }
    return try LatentDirections(at: anchors, latent: latent) { latents, _ in
      stride(from: 0, to: latents.count, by: latent).flatMap { start in
        map.map { row in zip(row, latents[start...]).reduce(0) { $0 + $1.0 * $1.1 } }
      }
    }.directions
  }

  @Test func fewLatentsAreSortedByTheirEffects() throws {
    // The columns have the squared lengths 5, 0 and 20.
    let found = try directions([[1, 0, 4], [2, 0, 2]], latent: 3)
    #expect(found.map(\.name) == ["latent 2", "latent 0", "latent 1"])
    #expect(found.map(\.vector) == [[0, 0, 1], [1, 0, 0], [0, 1, 0]])
    for (direction, share) in zip(found, [0.8, 0.2, 0]) {
      #expect(abs(direction.share - share) < 1e-5)
    }
  }

  /// With latents 0 and 1 joined as (3 z₀ + 4 z₁, 2 z₂, 0 …), the first direction is (0.6, 0.8),
  /// with the effect 25, and the second is latent 2, with the effect 4.
  @Test func manyLatentsHavePrincipalDirections() throws {
    let latent = 20
    func row(_ start: [Float]) -> [Float] {
      start + [Float](repeating: 0, count: latent - start.count)
    }
    let found = try directions([row([3, 4]), row([0, 0, -2])], latent: latent)
    #expect(found.count == 16 && found[0].name == "direction 1")
    for (direction, (expected, share)) in zip(
      found, [(row([0.6, 0.8]), 25 / 29.0), (row([0, 0, 1]), 4 / 29.0)])
    {
      #expect(zip(direction.vector, expected).allSatisfy { abs($0 - $1) < 1e-4 })
      #expect(abs(direction.share - share) < 1e-5)
    }
  }

  /// A pixel count that is not a multiple of the number of lanes.
  @Test func allPixelsCount() throws {
    let map = (0..<19).map { [Float($0), 1] }
    let found = try directions(map, latent: 2)
    // The sums of squares of 0 to 18, and of 19 ones.
    #expect(abs(found[0].share - 2109.0 / 2128) < 1e-5)
  }

  @Test func tooManyLatentsAreRefused() {
    #expect(
      throws: ExplorerError(
        description: "a page takes at most 2048 latents, and this model has 2049")
    ) {
      try directions([], latent: 2049)
    }
  }

  @Test func anUntrainedNetworkOfConstantsHasDirectionsToo() throws {
    let found = try directions([[0, 0]], latent: 2)
    #expect(found.map(\.share) == [0, 0])
  }
}
