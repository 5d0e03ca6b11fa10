import Foundation

/// What evaluation.json says of a run's model: how near its samples are to real images.
struct EvaluationRecord: Decodable {
  /// A quantity by its field's name, in the order in which quantities are shown.
  enum Quantity: String, CaseIterable, CodingKey {
    case frechetDistance = "frechet_distance"
    case kernelDistance = "kernel_distance"
    case kernelDistanceStandardError = "kernel_distance_standard_error"
    case precision
    case recall
    case classCoverage = "class_coverage"
    case classEntropy = "class_entropy"
    case meanConfidence = "mean_confidence"
    case nearestTrainingDistance = "nearest_training_distance"
    case elbo
    case importanceWeightedBound = "iw_bound"
    case reconstruction
    case activeUnits = "active_units"

    /// Its name for readers.
    var name: String {
      switch self {
      case .frechetDistance: "Fréchet distance"
      case .kernelDistance: "kernel distance"
      case .kernelDistanceStandardError: "kernel distance, standard error"
      case .precision: "precision"
      case .recall: "recall"
      case .classCoverage: "class coverage"
      case .classEntropy: "class entropy"
      case .meanConfidence: "mean confidence"
      case .nearestTrainingDistance: "distance to the nearest training image"
      case .elbo: "evidence lower bound"
      case .importanceWeightedBound: "importance-weighted bound"
      case .reconstruction: "reconstruction"
      case .activeUnits: "active units"
      }
    }
  }

  /// The model's quantities, as far as the file has them.
  let values: [Quantity: Double]
  /// The same of real images, as far as the file has them.
  let floor: [Quantity: Double]

  private enum Key: String, CodingKey { case floor }

  init(from decoder: any Decoder) throws {
    values = try Self.values(in: decoder.container(keyedBy: Quantity.self))
    let outer = try decoder.container(keyedBy: Key.self)
    floor =
      outer.contains(.floor)
      ? try Self.values(in: outer.nestedContainer(keyedBy: Quantity.self, forKey: .floor)) : [:]
  }

  private static func values(
    in container: KeyedDecodingContainer<Quantity>
  ) throws -> [Quantity: Double] {
    try Quantity.allCases.reduce(into: [:]) { values, quantity in
      values[quantity] = try container.decodeIfPresent(Double.self, forKey: quantity)
    }
  }
}
