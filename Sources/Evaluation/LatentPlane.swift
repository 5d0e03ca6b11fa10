import Statistics

/// The plane in which latents are drawn in two dimensions: that of the latents themselves if there
/// are two, otherwise that of the first two principal components of images' means.
package struct LatentPlane: Equatable, Sendable {
  /// The names of the two directions.
  package let names: [String]
  /// A point of the plane, (latent).
  private let origin: [Double]
  /// The two directions, each (latent), of length 1 and orthogonal.
  private let directions: [[Double]]
  /// The standard deviation of latents along each direction.
  private let deviations: [Double]

  /// Makes the plane of two latents, with a standard normal distribution each.
  package static let ofTwoLatents = LatentPlane(
    names: ["z0", "z1"], origin: [0, 0], directions: [[1, 0], [0, 1]], deviations: [1, 1])

  private init(names: [String], origin: [Double], directions: [[Double]], deviations: [Double]) {
    (self.names, self.origin) = (names, origin)
    (self.directions, self.deviations) = (directions, deviations)
  }

  /// Finds the plane for `means` (n, latent), packed, of at least two latents and two images.
  ///
  /// - Throws: `SymmetricMatrix.NoSolution` for means that are not finite.
  package init(of means: [Float], latent: Int) throws {
    guard latent > 2 else {
      self = .ofTwoLatents
      return
    }
    let components = try PrincipalComponents(of: means, width: latent, count: 2)
    self.init(
      names: zip(["first", "second"], components.shares).map { place, share in
        "\(place) principal component, \(Int((100 * share).rounded())) % of the variance"
      },
      origin: components.mean, directions: components.directions,
      deviations: components.variances.map { $0.squareRoot() })
  }

  /// Returns the coordinates of `means` (n, latent), packed, in the plane: (n, 2), packed.
  package func coordinates(of means: [Float]) -> [Double] {
    stride(from: 0, to: means.count, by: origin.count).flatMap { start in
      directions.map { direction in
        direction.indices.reduce(0) {
          $0 + direction[$1] * (Double(means[start + $1]) - origin[$1])
        }
      }
    }
  }

  /// Returns the latents of a manifold (Kingma and Welling: "Auto-encoding variational Bayes",
  /// 2014, figure 4): a grid that goes in each direction through the quantiles (i + ½) / side of a
  /// normal distribution, so that each cell stands for the same share of latents.
  ///
  /// - Parameter side: The number of rows, and of columns.
  /// - Returns: The latents, (side · side, latent), packed, row by row. The first direction goes to
  ///   the right, and the second one up.
  package func manifold(side: Int) -> [Float] {
    let quantiles = (0..<side).map {
      StandardNormal.quantile((Double($0) + 0.5) / Double(side))
    }
    return quantiles.reversed().flatMap { up in
      quantiles.flatMap { right in
        origin.indices.map {
          Float(
            origin[$0] + right * deviations[0] * directions[0][$0]
              + up * deviations[1] * directions[1][$0])
        }
      }
    }
  }
}
