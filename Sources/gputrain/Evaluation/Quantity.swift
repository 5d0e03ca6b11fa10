import Evaluation
import GenerativeModels

/// The quantities that `evaluate` measures, in the order in which they are shown. The raw value is
/// the field's name.
enum Quantity: String, CaseIterable, Codable, CodingKey, CodingKeyRepresentable {
  case frechetDistance = "frechet_distance"
  case kernelDistance = "kernel_distance"
  case kernelDistanceStandardError = "kernel_distance_standard_error"
  case precision
  case recall
  case classCoverage = "class_coverage"
  case classEntropy = "class_entropy"
  case meanConfidence = "mean_confidence"
  case labelAccuracy = "label_accuracy"
  case nearestTrainingDistance = "nearest_training_distance"
  case elbo
  case importanceWeightedBound = "iw_bound"
  case reconstruction
  case activeUnits = "active_units"

  /// The name in tables: at most 26 characters.
  var name: String {
    switch self {
    case .frechetDistance: "Fréchet distance"
    case .kernelDistance: "kernel distance"
    case .kernelDistanceStandardError: "  its standard error"
    case .precision: "precision"
    case .recall: "recall"
    case .classCoverage: "class coverage"
    case .classEntropy: "class entropy"
    case .meanConfidence: "mean confidence"
    case .labelAccuracy: "label accuracy"
    case .nearestTrainingDistance: "nearest training distance"
    case .elbo: "ELBO"
    case .importanceWeightedBound: "importance-weighted bound"
    case .reconstruction: "reconstruction"
    case .activeUnits: "active units"
    }
  }

  /// Which values are better.
  enum Better: String {
    case less, more
  }

  /// Which values are better; nil if neither less nor more is.
  var better: Better? {
    switch self {
    case .frechetDistance, .kernelDistance, .reconstruction: .less
    case .precision, .recall, .classCoverage, .classEntropy, .labelAccuracy, .elbo,
      .importanceWeightedBound:
      .more
    case .kernelDistanceStandardError, .meanConfidence, .nearestTrainingDistance, .activeUnits: nil
    }
  }

  /// What a good value is, or the unit.
  var aim: String {
    switch self {
    case .frechetDistance, .kernelDistance: "less is better"
    case .kernelDistanceStandardError, .meanConfidence: ""
    case .precision, .recall: "more is better"
    case .classCoverage: "1 if all classes occur"
    case .classEntropy: "nats"
    case .labelAccuracy: "1 if all show the class asked for"
    case .nearestTrainingDistance: "0 for a copy"
    case .elbo: "nats, more is better"
    case .importanceWeightedBound:
      "of the first \(LikelihoodBounds.imagesWeighted) images, \(LikelihoodBounds.draws) draws"
    case .reconstruction: "nats, less is better"
    case .activeUnits: "latents that differ from image to image"
    }
  }
}

extension [Quantity: Double] {
  /// The quantities of images.
  init(_ metrics: ImageMetrics) {
    self = [
      .frechetDistance: metrics.frechetDistance, .kernelDistance: metrics.kernelDistance,
      .kernelDistanceStandardError: metrics.kernelDistanceStandardError,
      .precision: metrics.precision, .recall: metrics.recall,
      .classCoverage: metrics.classCoverage, .classEntropy: metrics.classEntropy,
      .meanConfidence: metrics.meanConfidence,
      .nearestTrainingDistance: metrics.nearestTrainingDistance,
    ]
  }

  /// The quantities that only a VAE has.
  init(_ metrics: LikelihoodMetrics) {
    self = [
      .elbo: metrics.elbo, .importanceWeightedBound: metrics.iwBound,
      .reconstruction: metrics.reconstruction, .activeUnits: Double(metrics.activeUnits),
    ]
  }
}
