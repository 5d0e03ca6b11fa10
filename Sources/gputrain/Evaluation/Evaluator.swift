import Datasets
import Evaluation
import GPUTensor
import GenerativeModels
import KnownDatasets

/// How checkpoints are measured: the images to compare with, their number, and the seeds.
struct EvaluationPlan {
  let data: Dataset
  /// The number of images drawn of each model, and of validation images for the baseline.
  let count: Int
  /// The seed of latents and noise.
  let seed: UInt64
  /// The classifier of the data's labels; nil if it has none, or one class only.
  let classifiers: ClassifierCache?

  static let defaultSamples = 10_000

  /// Makes a plan. If `samples` is nil, the default applies, or the number of validation or
  /// training images if that is less.
  ///
  /// - Throws: `InputError` if the data has too few images; `UsageError` if `samples` is too large.
  init(_ data: Dataset, samples: Int?, seed: UInt64, classifierSeed: UInt64) throws {
    (self.data, self.seed) = (data, seed)
    count = try Self.count(of: data, samples)
    classifiers = ClassifierCache(data, seed: classifierSeed)
  }

  private static func count(of data: Dataset, _ samples: Int?) throws -> Int {
    let available = min(data.train.count, data.validation.count)
    guard available >= ImageEvaluator.fewestImages else {
      throw InputError(
        description: """
          \(data.name) has \(data.train.count) + \(data.validation.count) images; `evaluate` needs \
          \(ImageEvaluator.fewestImages) of each at least
          """)
    }
    let count = samples ?? min(defaultSamples, available)
    guard count <= available else {
      throw UsageError(
        description: """
          --samples \(count) is larger than the data: \(data.name) has \(data.train.count) \
          training images and \(data.validation.count) validation images to compare with
          """)
    }
    return count
  }
}

/// Measures checkpoints by a classifier that has learned the data's labels, or without labels by
/// pixels.
struct Evaluator {
  private let plan: EvaluationPlan
  private let context: Context
  private let measure: Measure
  /// The quantities of validation images in place of a model's.
  private let baseline: [Quantity: Double]

  /// What images are compared by.
  private enum Measure {
    case features(FeatureMeasure)
    case pixels(PixelComparison)
  }

  /// Reads or trains the classifier, and measures the baseline.
  ///
  /// - Throws: `InputError` if the classifier's training diverges; `OpenCLError`.
  init(_ plan: EvaluationPlan, on context: Context) throws {
    (self.plan, self.context) = (plan, context)
    let (data, elements) = (plan.data, plan.data.shape.elements)
    let validation = data.validation.pixels.prefix(plan.count * elements).map { Float($0) / 255 }
    if let classifiers = plan.classifiers {
      let features = try FeatureMeasure(classifiers, plan, baseline: validation, on: context)
      measure = .features(features)
      baseline = [Quantity: Double](features.baseline.metrics)
    } else {
      let pixels = try PixelComparison(
        training: data.train.pixels, pixels: elements, count: plan.count, on: context)
      if pixels.streamsImages {
        StandardError.noteStreaming(of: data.train.storage.count, to: context.device)
      }
      try KernelCache.compile(pixels.lists)
      measure = .pixels(pixels)
      baseline = [.nearestTrainingDistance: try pixels.nearestDistance(validation)]
    }
  }

  /// What the classifier computes of the data; nil without one.
  var features: FeatureMeasure? {
    guard case .features(let features) = measure else { return nil }
    return features
  }

  /// Puts a checkpoint on the device, draws its images and measures them.
  ///
  /// - Returns: The evaluation, and what the classifier computes of the images; nil without one.
  /// - Throws: `InputError` if it does not fit its model, or its images are not finite;
  ///   `OpenCLError`.
  func measure(
    _ file: CheckpointFile
  ) throws -> (evaluation: Evaluation, images: ImageEvaluator.Result?) {
    let candidate = try Candidate(
      file, count: plan.count, seed: plan.seed, data: plan.data, on: context)
    try KernelCache.compile(candidate.lists)
    let drawn = try candidate.draw()
    var values: [Quantity: Double]
    var result: ImageEvaluator.Result?
    switch measure {
    case .features(let features):
      let images = try features.measure(drawn)
      values = [Quantity: Double](images.metrics)
      if let shown = candidate.shown { values[.labelAccuracy] = images.share(showing: shown) }
      result = images
    case .pixels(let pixels):
      values = [.nearestTrainingDistance: try pixels.nearestDistance(drawn)]
    }
    let likelihood = try candidate.likelihood().map([Quantity: Double].init) ?? [:]
    let evaluation = Evaluation(
      checkpoint: candidate.path, model: candidate.model.name, epoch: candidate.epoch,
      samples: plan.count, seed: plan.seed, dataset: plan.data.name,
      trainingImages: plan.data.train.count, dataSha256: plan.data.contentHash,
      device: context.device.name, classifier: features?.classifier,
      values: values.merging(likelihood) { $1 }, baseline: baseline)
    return (evaluation, result)
  }
}

/// Compares images by the features of a data set's classifier.
struct FeatureMeasure {
  let classifier: ClassifierCache.Identity
  /// The result for validation images in place of a model's.
  let baseline: ImageEvaluator.Result
  /// The number of the data's classes.
  let classes: Int
  private let images: ImageEvaluator
  private let reference: ImageEvaluator.Reference

  /// Reads or trains the classifier, and measures the baseline, images in [0, 1].
  ///
  /// - Throws: As `Evaluator`.
  init(
    _ classifiers: ClassifierCache, _ plan: EvaluationPlan, baseline: [Float],
    on context: Context
  ) throws {
    let classifier = try classifiers.classifier(on: context)
    self.classifier = classifier.identity
    classes = classifiers.model.classes
    images = try ImageEvaluator(
      classifiers.model, classifier.parameters, training: plan.data.train.pixels,
      count: plan.count, on: context)
    if images.streamsImages {
      StandardError.noteStreaming(of: plan.data.train.storage.count, to: context.device)
    }
    try KernelCache.compile(images.lists)
    reference = try images.reference()
    self.baseline = try images.measure(baseline, beside: reference)
  }

  /// The features of all training images, (n, width).
  var trainingFeatures: [Float] { reference.features }

  /// Measures images in [0, 1].
  ///
  /// - Throws: `OpenCLError`.
  func measure(_ drawn: [Float]) throws -> ImageEvaluator.Result {
    try images.measure(drawn, beside: reference)
  }
}
