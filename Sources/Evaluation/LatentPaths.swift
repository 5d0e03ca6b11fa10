/// Latents for pictures of a latent space.
package enum LatentPaths {
  /// The distance from the centre at which a traversal begins and ends, in standard deviations of a
  /// latent.
  package static let reach: Float = 3

  /// Returns traversals: rows in each of which one latent goes from −`reach` to `reach`, in even
  /// steps, and the others are those of the centre.
  ///
  /// - Parameters:
  ///   - latents: The latent of each row.
  ///   - centre: The latents, (width).
  ///   - steps: The number of latents in a row, at least 2.
  /// - Returns: The latents, (rows · steps, width), packed.
  package static func traversals(
    of latents: [Int], around centre: [Float], steps: Int
  ) -> [Float] {
    latents.flatMap { latent in
      (0..<steps).flatMap { step in
        var z = centre
        z[latent] = reach * (2 * Float(step) / Float(steps - 1) - 1)
        return z
      }
    }
  }

  /// Returns the numbers of latents, those with the largest measures first.
  package static func order(by measures: [Double]) -> [Int] {
    measures.indices.sorted { (measures[$0], $1) > (measures[$1], $0) }
  }

  /// Returns how much images change from the first of each pair to the second: the root of the mean
  /// square of the pixels' differences, (pairs).
  ///
  /// - Parameters:
  ///   - images: The images, (2 · pairs, pixels), packed.
  ///   - pixels: The number of pixels of an image.
  package static func changes(between images: [Float], pixels: Int) -> [Double] {
    stride(from: 0, to: images.count, by: 2 * pixels).map { start in
      let squares = (start..<start + pixels).reduce(0.0) { sum, index in
        let difference = Double(images[index + pixels]) - Double(images[index])
        return sum + difference * difference
      }
      return (squares / Double(pixels)).squareRoot()
    }
  }
}
