import Datasets
import Foundation
import GPUTensor
import Reference
import TestSupport
import Testing

@testable import Evaluation
@testable import GenerativeModels

/// Generators that are broken on purpose move each measure in the direction that its name suggests.
@Suite struct ImageEvaluatorTests {
  private static let count = 800

  /// What becomes of each set of images.
  private enum Generator: CaseIterable {
    case testImages, copies, noise, oneDigit, blurred

    /// The images of the generator, packed, in [0, 1].
    func images(_ data: Dataset) -> [Float] {
      let (side, pixels) = (data.shape.width, data.shape.elements)
      func floats(_ bytes: some Sequence<UInt8>) -> [Float] { bytes.map { Float($0) / 255 } }
      let test = floats(data.validation.pixels.prefix(count * pixels))
      switch self {
      case .testImages: return test
      case .copies: return floats(data.train.pixels.prefix(count * pixels))
      case .noise:
        return (0..<count * pixels).map {
          ReferenceRandom.uniform(seed: 1, stream: 99, step: 0, element: $0)
        }
      case .oneDigit: return (0..<count).flatMap { _ in test.prefix(pixels) }
      case .blurred:
        // The mean of nine pixels in a row, then of nine in a column. Digits touch no edge.
        return [1, side].reduce(test) { images, step in
          images.indices.map { index in
            (-4...4).reduce(0) { sum, offset in
              let place = index + offset * step
              return images.indices.contains(place) ? sum + images[place] / 9 : sum
            }
          }
        }
      }
    }
  }

  /// The features of the training images and of each generator's, with the results.
  private struct Measured {
    let training: [Float]
    let results: [Generator: ImageEvaluator.Result]
  }

  private static let measured = Result {
    let data = SyntheticDigits.make(trainCount: 1000, validationCount: count)
    let context = try testContext()
    let classifier = ImageClassifier(of: .mnist, classes: data.classes.count)
    func store(_ images: ImageSet) throws -> ImageStore {
      try ImageStore(
        context, pixels: images.pixels, labels: images.labels ?? [],
        batchSize: classifier.batchSize, label: "images")
    }
    let trainer = try ClassifierTrainer(
      classifier, seed: 1, train: try store(data.train),
      validation: try store(data.validation), on: context)
    try CommandList.compile(trainer.lists)
    try trainer.initialize()
    for epoch in 1...classifier.epochs { _ = try trainer.trainEpoch(epoch) }
    let evaluator = try ImageEvaluator(
      classifier, trainer.parameterSets[0], training: data.train.pixels, count: count,
      on: context)
    try CommandList.compile(evaluator.lists)
    let reference = try evaluator.reference()
    return Measured(
      training: reference.features,
      results: Dictionary(
        uniqueKeysWithValues: try Generator.allCases.map {
          ($0, try evaluator.measure($0.images(data), beside: reference))
        }))
  }

  private func result(_ generator: Generator) throws -> ImageEvaluator.Result {
    try #require(try Self.measured.get().results[generator])
  }

  private func metrics(_ generator: Generator) throws -> ImageMetrics {
    try result(generator).metrics
  }

  @Test func distancesAreLargeForBrokenGeneratorsAndSmallForCopies() throws {
    let baseline = try metrics(.testImages)
    for generator in [Generator.noise, .oneDigit, .blurred] {
      let broken = try metrics(generator)
      #expect(broken.frechetDistance > 2 * baseline.frechetDistance, "\(generator)")
      let surely = baseline.kernelDistance + 5 * baseline.kernelDistanceStandardError
      #expect(broken.kernelDistance > surely, "\(generator)")
    }
    let copies = try metrics(.copies)
    #expect(copies.frechetDistance < 1.5 * baseline.frechetDistance)
    #expect(copies.kernelDistance < baseline.kernelDistance)
  }

  @Test func precisionAsksForRealImagesAndRecallForAllOfThem() throws {
    let baseline = try metrics(.testImages)
    #expect(baseline.precision > 0.7 && baseline.recall > 0.7)
    let copies = try metrics(.copies)
    #expect(copies.precision == 1 && copies.recall == 1)
    let noise = try metrics(.noise)
    #expect(noise.precision < 0.1 && noise.recall < 0.1)
    #expect(try metrics(.oneDigit).recall < 0.05)
    let blurred = try metrics(.blurred)
    #expect(blurred.precision < baseline.precision - 0.3 && blurred.recall < baseline.recall / 2)
  }

  /// The definitions, pair by pair in float64. A point that lies almost on a radius may be within
  /// it or not.
  @Test(arguments: [Generator.testImages, .blurred, .oneDigit])
  private func precisionAndRecallMatchTheirDefinitions(generator: Generator) throws {
    let found = try result(generator)
    func manifold(_ features: some Sequence<Float>) -> ReferenceManifold {
      ReferenceManifold(features.map(Double.init), columns: ImageClassifier.width)
    }
    let training = manifold(
      try Self.measured.get().training.prefix(Self.count * ImageClassifier.width))
    let generated = manifold(found.features)
    #expect(abs(found.metrics.precision - training.part(of: generated)) < 0.004)
    #expect(abs(found.metrics.recall - generated.part(of: training)) < 0.004)
  }

  @Test func oneDigitIsOneClassAndTestImagesAreAll() throws {
    let (baseline, one) = (try metrics(.testImages), try metrics(.oneDigit))
    #expect(baseline.classCoverage == 1 && baseline.classEntropy > 2.2)
    #expect(one.classCoverage == 0.1 && one.classEntropy == 0)
    // All images look alike to the classifier.
    let noise = try metrics(.noise)
    #expect(noise.classCoverage < 0.5 && noise.classEntropy < 1)
  }

  /// The classifier can be confident about noise, so confidence does not measure noise.
  @Test func theClassifierIsSurerOfSharpImages() throws {
    let baseline = try metrics(.testImages)
    #expect(baseline.meanConfidence > 0.9)
    #expect(try metrics(.blurred).meanConfidence < baseline.meanConfidence - 0.1)
    #expect(try metrics(.oneDigit).meanConfidence > 0.9)
    #expect(try metrics(.noise).meanConfidence > 0.7)
  }

  @Test func copiesLieOnTrainingImagesAndOthersDoNot() throws {
    let baseline = try metrics(.testImages).nearestTrainingDistance
    #expect(try metrics(.copies).nearestTrainingDistance == 0)
    #expect(baseline > 1)
    #expect(try metrics(.noise).nearestTrainingDistance > 2 * baseline)
    #expect(try metrics(.blurred).nearestTrainingDistance > 1.1 * baseline)
    // Real digits, but not training images.
    let one = try metrics(.oneDigit).nearestTrainingDistance
    #expect(one > baseline / 2 && one < 2 * baseline)
  }
}
