import GenerativeModels
import Statistics

/// Directions of a latent space, those that change images most first.
///
/// The effect of a direction d is E‖J d‖², the mean over the prior of how far the image moves in
/// pixels when the latent moves along d; J is the Jacobian of the network. So M = E[JᵀJ] suffices:
/// its diagonal holds the effects of the latents, and its eigenvectors are the directions with the
/// largest effects (Wang and Ponce: "The geometry of deep generative image models and its
/// applications", 2021). This needs no data and works for decoders and generators. Unlike principal
/// components of features (Härkönen et al.: "GANSpace", 2020), it needs no choice of a layer.
///
/// J comes from differences at drawn latents: an image for each latent, moved by half a deviation.
package struct LatentDirections {
  /// A direction of length 1.
  package struct Direction {
    /// Its name on the page, such as `latent 3`.
    package let name: String
    /// The unit vector, (latent).
    package let vector: [Float]
    /// Its share of the effects of all latents, from 0 to 1.
    package let share: Double
  }

  /// The directions, orthogonal to each other.
  package let directions: [Direction]

  /// The largest number of directions. A space with at most this many latents gets a direction for
  /// each latent; a larger one gets its principal directions.
  package static let most = 16

  /// The largest number of latents, which bounds the matrix of latents × latents.
  package static let mostLatents = 2048

  /// The number of latents of the prior at which the images' changes are measured.
  package static func anchorCount(latent: Int) -> Int { max(4, min(32, 2048 / latent)) }

  private static let step: Float = 0.5

  /// Measures the directions.
  ///
  /// - Parameters:
  ///   - anchors: Latents of the prior, (n, latent), packed.
  ///   - latent: The number of elements of a latent.
  ///   - decode: Returns the images of latents near one anchor, packed. The second argument is the
  ///     anchor's index.
  /// - Throws: What `decode` throws; `SymmetricMatrix.NoSolution`; `ExplorerError` if there are too
  ///   many latents.
  package init(
    at anchors: [Float], latent: Int, decode: ([Float], _ anchor: Int) throws -> [Float]
  ) throws {
    guard latent <= Self.mostLatents else {
      throw ExplorerError(
        description:
          "a page takes at most \(Self.mostLatents) latents, and this model has \(latent)")
    }
    var effects = SymmetricMatrix(
      side: latent, elements: [Double](repeating: 0, count: latent * latent))
    for anchor in 0..<anchors.count / latent {
      let start = Array(anchors[anchor * latent..<(anchor + 1) * latent])
      var moved = start
      for index in 0..<latent {
        moved += start
        moved[(index + 1) * latent + index] += Self.step
      }
      Self.add(try decode(moved, anchor), count: latent, to: &effects)
    }
    let total = effects.trace
    func share(_ effect: Double) -> Double { total > 0 ? effect / total : 0 }
    if latent <= Self.most {
      directions = (0..<latent).map { index in
        Direction(
          name: "latent \(index)", vector: (0..<latent).map { $0 == index ? 1 : 0 },
          share: share(effects.elements[index * (latent + 1)]))
      }.sorted { $0.share > $1.share }
    } else {
      let (values, vectors) = try effects.eigen(vectors: true)
      // The eigenvalues ascend.
      directions = (0..<Self.most).map { place in
        let row = latent - 1 - place
        return Direction(
          name: "direction \(place + 1)",
          vector: Self.upright(vectors[row * latent..<(row + 1) * latent]),
          share: share(values[row]))
      }
    }
  }

  /// Returns a vector with the sign that makes its largest element positive.
  private static func upright(_ vector: ArraySlice<Double>) -> [Float] {
    let largest = vector.max { abs($0) < abs($1) } ?? 1
    return vector.map { Float(largest < 0 ? -$0 : $0) }
  }

  /// Adds the products of the differences between the first image and each other one.
  private static func add(_ images: [Float], count: Int, to effects: inout SymmetricMatrix) {
    let pixels = images.count / (count + 1)
    let differences = (0..<count).map { index in
      zip(images[((index + 1) * pixels)...], images[..<pixels]).map { $0 - $1 }
    }
    for row in 0..<count {
      for column in row..<count {
        let product = dot(differences[row], differences[column])
        effects.elements[row * count + column] += product
        if row != column { effects.elements[column * count + row] += product }
      }
    }
  }

  /// Returns the dot product, summed in eight lanes.
  private static func dot(_ first: [Float], _ second: [Float]) -> Double {
    typealias Lanes = SIMD8<Float>
    let whole = first.count / Lanes.scalarCount * Lanes.scalarCount
    let sums = first.withUnsafeBytes { first in
      second.withUnsafeBytes { second in
        let size = MemoryLayout<Lanes>.size
        return stride(from: 0, to: whole / Lanes.scalarCount * size, by: size)
          .reduce(into: Lanes.zero) { sums, place in
            sums +=
              first.loadUnaligned(fromByteOffset: place, as: Lanes.self)
              * second.loadUnaligned(fromByteOffset: place, as: Lanes.self)
          }
      }
    }
    return zip(first[whole...], second[whole...]).reduce(Double(sums.sum())) {
      $0 + Double($1.0 * $1.1)
    }
  }
}
