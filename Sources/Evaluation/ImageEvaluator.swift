import GPUTensor
import GenerativeModels
import Statistics

/// A comparison of a set of images with the training images. All numbers but the last are computed
/// from a classifier's features.
package struct ImageMetrics: Equatable, Sendable {
  /// The squared Fréchet distance between the normal distributions with the features' moments.
  package let frechetDistance: Double
  /// The squared maximum mean discrepancy under the cubic kernel.
  package let kernelDistance: Double
  /// The standard error of the kernel distance.
  package let kernelDistanceStandardError: Double
  /// The fraction of the images that are near a training image.
  package let precision: Double
  /// The fraction of the training images that are near an image.
  package let recall: Double
  /// The fraction of the classes that have at least `ClassShares.leastShare` of the images.
  package let classCoverage: Double
  /// The entropy of the classes' shares, in nats.
  package let classEntropy: Double
  /// The mean over images of the classifier's largest probability.
  package let meanConfidence: Double
  /// The mean distance to the nearest training image, over pixels in [0, 1].
  package let nearestTrainingDistance: Double
}

/// Compares sets of images with the training images, on the device.
package final class ImageEvaluator {
  /// The number of images in a set.
  package let count: Int
  /// Whether the training images are streamed, since they do not fit the device.
  package var streamsImages: Bool { copies.streamsImages }
  private let model: any ClassifyingModel
  private let features: Inference
  private let head: Inference
  private let training: [UInt8]
  private let pixels: Int

  private let x: Tensor  // (count, width): features of the images
  private let y: Tensor  // (count, width): features of the first training images
  private let halfNorms: CommandList
  private let halves: (x: Tensor, y: Tensor)  // (count): −½ |·|²
  private let reaches: (x: Tensor, y: Tensor)  // (count): ½ r² − ½ |·|² for a point's radius r
  private let neighbours: (x: NeighbourSearch, y: NeighbourSearch)
  private let members: (x: NeighbourSearch, y: NeighbourSearch)
  private let copies: PixelComparison
  private let kernelDistance: KernelDistance

  /// The number of the nearest neighbour whose distance is a point's radius (Kynkäänniemi et al.:
  /// "Improved precision and recall metric for assessing generative models", 2019).
  static let neighbour = 3
  /// The smallest number of images in a set.
  package static let fewestImages = neighbour + 1
  /// The number of images in a batch of a network.
  package static let chunk = 250

  /// Creates an evaluator of sets of `count` images by a trained classifier with these parameters.
  /// `training` has at least `count` images, (n, pixels).
  ///
  /// - Throws: `ShapeError` if a layer does not fit; `OpenCLError`.
  package init(
    _ model: any ClassifyingModel, _ parameters: ParameterSet, training: [UInt8], count: Int,
    on context: Context
  ) throws {
    let (pixels, width) = (model.features.input.reduce(1, *), model.width)
    precondition(count >= Self.fewestImages && training.count >= count * pixels, "enough images")
    (self.model, self.count, self.training, self.pixels) = (model, count, training, pixels)
    let chunk = min(Self.chunk, training.count / pixels)
    features = try Inference(model.features, parameters, chunk: chunk, on: context)
    head = try Inference(model.head, parameters, chunk: chunk, on: context)

    func points(_ columns: Int, _ label: String) -> Tensor {
      Tensor(context, [count, columns], label: label)
    }
    let (x, y) = (points(width, "features"), points(width, "training features"))
    let halves = (x: points(1, "half norms"), y: points(1, "training half norms"))
    let reaches = (x: points(1, "reaches"), y: points(1, "training reaches"))
    (self.x, self.y, self.halves, self.reaches) = (x, y, halves, reaches)
    halfNorms = CommandList(context)
    halfNorms.halfNorms("half norms", x, into: halves.x)
    halfNorms.halfNorms("training half norms", y, into: halves.y)

    let scores = NeighbourSearch.scores(queries: count, on: context)
    func search(
      _ queries: Tensor, _ candidates: NeighbourSearch.Candidates, _ bias: NeighbourSearch.Bias,
      kept: Int
    ) -> NeighbourSearch {
      NeighbourSearch(
        queries, among: candidates, bias: bias, kept: kept, scores: scores, on: context)
    }
    // A point is its own nearest neighbour.
    let kept = Self.neighbour + 1
    neighbours = (
      search(x, .points(x), .halfNorms, kept: kept), search(y, .points(y), .halfNorms, kept: kept)
    )
    members = (
      search(x, .points(y), .given(reaches.y), kept: 1),
      search(y, .points(x), .given(reaches.x), kept: 1)
    )
    copies = try PixelComparison(
      training: training, pixels: pixels, count: count, scores: scores, on: context)
    kernelDistance = KernelDistance(x, y, halves: halves, scores: scores, on: context)
  }

  /// Its lists, to compile together.
  package var lists: [CommandList] {
    [features.list, head.list, halfNorms, kernelDistance.list] + copies.lists
      + [neighbours.x, neighbours.y, members.x, members.y].flatMap(\.lists)
  }

  /// The error that all features of a classifier are 0.
  package struct UselessClassifier: Error, CustomStringConvertible {
    /// One line.
    package let description = "the classifier has no features: all are 0 for all training images"
  }

  /// The features of the training images, for comparison with sets of images.
  package struct Reference: Sendable {
    /// The features, (n, width), scaled to a mean square of 1. So distances do not depend on a
    /// classifier's scale.
    package let features: [Float]
    /// The factor of this scaling.
    fileprivate let scale: Float
    fileprivate let moments: FeatureMoments
  }

  /// Computes the features of the training images. It must run before `measure`.
  ///
  /// - Throws: `UselessClassifier`; `OpenCLError`.
  package func reference() throws -> Reference {
    var seen: [Float] = []
    let part = 20 * Self.chunk * pixels
    for start in stride(from: 0, to: training.count, by: part) {
      let bytes = training[start..<min(start + part, training.count)]
      seen += try features.run(bytes.map { Float($0) / 255 })
    }
    let square = seen.reduce(0.0) { $0 + Double($1) * Double($1) }
    guard square > 0 else { throw UselessClassifier() }
    let scale = Float((Double(seen.count) / square).squareRoot())
    let scaled = seen.map { scale * $0 }
    try y.write(Array(scaled.prefix(y.count)))
    try reaches.y.write(try reaches(neighbours.y))
    return Reference(
      features: scaled, scale: scale, moments: FeatureMoments(of: scaled, width: model.width))
  }

  /// The result of measuring a set of images.
  package struct Result: Sendable {
    /// The metrics.
    package let metrics: ImageMetrics
    /// The features, (count, width), scaled as those of the training images.
    package let features: [Float]
    /// The classifier's logits, (count, classes).
    package let logits: [Float]

    /// The fraction of the images that the classifier takes for these classes, (count).
    package func share(showing labels: [UInt8]) -> Double {
      let classes = logits.count / labels.count
      let found = labels.enumerated().count { row, label in
        let values = logits[row * classes..<(row + 1) * classes]
        return values.max().flatMap(values.firstIndex) == row * classes + Int(label)
      }
      return Double(found) / Double(labels.count)
    }
  }

  /// Compares images, (count, pixels), packed, in [0, 1], with this evaluator's training images.
  ///
  /// - Throws: `OpenCLError`; `SymmetricMatrix.NoSolution` if features are not finite.
  package func measure(_ images: [Float], beside reference: Reference) throws -> Result {
    let unscaled = try features.run(images)
    let logits = try head.run(unscaled)
    let seen = unscaled.map { reference.scale * $0 }
    let shares = ClassShares(logits: logits, classes: model.classes)
    let ownMoments = FeatureMoments(of: seen, width: model.width)
    let frechet = try ownMoments.frechetDistance(to: reference.moments)

    try x.write(seen)
    try halfNorms.run()
    try reaches.x.write(try reaches(neighbours.x))
    let kernel = try kernelDistance.run()
    let metrics = ImageMetrics(
      frechetDistance: frechet, kernelDistance: kernel.mean,
      kernelDistanceStandardError: kernel.standardError,
      precision: try part(members.x, halves.x), recall: try part(members.y, halves.y),
      classCoverage: shares.coverage, classEntropy: shares.entropy,
      meanConfidence: shares.meanConfidence,
      nearestTrainingDistance: try copies.nearestDistance(images))
    return Result(metrics: metrics, features: seen, logits: logits)
  }

  /// Computes the biases of the search for membership, ½ r² − ½ |b|² for each point b of radius r,
  /// from a search for b's neighbours. They are the scores of the last neighbours, negated. With
  /// these biases, a point a is within the radius of b, |a − b|² ≤ r², if its score is at least ½
  /// |a|².
  private func reaches(_ search: NeighbourSearch) throws -> [Float] {
    let scores = try search.run().scores
    return stride(from: Self.neighbour, to: scores.count, by: Self.neighbour + 1).map {
      -scores[$0]
    }
  }

  /// Returns the fraction of a search's queries that are within the radius of any candidate.
  private func part(_ search: NeighbourSearch, _ halves: Tensor) throws -> Double {
    let inside = zip(try search.run().scores, try halves.floats()).count { $0 + $1 >= 0 }
    return Double(inside) / Double(count)
  }
}
