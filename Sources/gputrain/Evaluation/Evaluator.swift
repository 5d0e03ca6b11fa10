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
  let classifiers: ClassifierCache

  static let defaultSamples = 10_000

  /// Makes a plan. If `samples` is nil, the default applies, or the number of validation or
  /// training images if that is less.
  ///
  /// - Throws: `InputError` if the data has too few images, no labels or one class; `UsageError`
  ///   if `samples` is too large.
  init(_ data: Dataset, samples: Int?, seed: UInt64, classifierSeed: UInt64) throws {
    (self.data, self.seed) = (data, seed)
    count = try Self.count(of: data, samples)
    classifiers = try ClassifierCache(data, seed: classifierSeed)
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

/// Measures checkpoints by a classifier that has learned the data's labels.
struct Evaluator {
  /// The result for validation images in place of a model's.
  let baseline: ImageEvaluator.Result
  private let plan: EvaluationPlan
  private let context: Context
  private let classifier: ClassifierCache.Identity
  private let images: ImageEvaluator
  private let reference: ImageEvaluator.Reference

  /// Reads or trains the classifier, and measures the baseline.
  ///
  /// - Throws: `InputError` if the classifier's training diverges; `OpenCLError`.
  init(_ plan: EvaluationPlan, on context: Context) throws {
    (self.plan, self.context) = (plan, context)
    let classifier = try plan.classifiers.classifier(on: context)
    self.classifier = classifier.identity
    images = try ImageEvaluator(
      plan.classifiers.model, classifier.parameters, training: plan.data.train.pixels,
      count: plan.count, on: context)
    try KernelCache.compile(images.lists)
    reference = try images.reference()
    let validation = plan.data.validation.pixels.prefix(plan.count * ImageSet.pixelsPerImage)
    baseline = try images.measure(validation.map { Float($0) / 255 }, beside: reference)
  }

  /// The features of all training images, (n, width).
  var trainingFeatures: [Float] { reference.features }

  /// The number of the data's classes.
  var classes: Int { plan.classifiers.model.classes }

  /// Puts a checkpoint on the device, draws its images and measures them.
  ///
  /// - Throws: `InputError` if it does not fit its model, or its images are not finite;
  ///   `OpenCLError`.
  func measure(
    _ file: CheckpointFile
  ) throws -> (evaluation: Evaluation, images: ImageEvaluator.Result) {
    let candidate = try Candidate(
      file, count: plan.count, seed: plan.seed, data: plan.data, on: context)
    try KernelCache.compile(candidate.lists)
    let result = try images.measure(try candidate.draw(), beside: reference)
    let likelihood = try candidate.likelihood().map([Quantity: Double].init) ?? [:]
    let evaluation = Evaluation(
      checkpoint: candidate.path, model: candidate.model.name, epoch: candidate.epoch,
      samples: plan.count, seed: plan.seed, dataset: plan.data.name,
      trainingImages: plan.data.train.count, dataSha256: plan.data.contentHash,
      device: context.device.name, classifier: classifier,
      values: [Quantity: Double](result.metrics).merging(likelihood) { $1 }
        .merging(candidate.shown.map { [.labelAccuracy: result.share(showing: $0)] } ?? [:]) { $1 },
      baseline: [Quantity: Double](baseline.metrics))
    return (evaluation, result)
  }
}
