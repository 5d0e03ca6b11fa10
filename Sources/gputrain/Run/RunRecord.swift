import Foundation

/// What run.json holds, in one JSON object: the settings of a run, and what it was made from.
struct RunRecord: Equatable {
  var settings: RunSettings
  var provenance: Provenance

  /// What a run was made from: its images, its kernels, its device and the version of gputrain.
  struct Provenance: Codable, Equatable {
    /// The description of a model that is not built in, as JSON text; nil for a built-in one.
    var modelDescription: String?
    /// The file that describes the model, as the user named it; nil for a built-in one.
    var modelFile: String?
    /// The names of the classes that the model is conditional on; nil if it is not.
    var classes: [String]?
    /// The SHA-256 of the images and labels.
    var dataSha256: String
    var trainImages: Int
    var validationImages: Int
    /// Adam's constants, which no option sets.
    var beta2: Double
    var epsilon: Double
    /// The default variants of the operations on the device; `tuning` overrides some of them. Nil
    /// in older files.
    var defaultVariants: [String: String]?
    /// The SHA-256 of all kernel files, in the order of their names.
    var kernelsSha256: String
    /// The device's cores or multiprocessors; nil in older files.
    var computeUnits: Int?
    /// The device's index, such as `0:3`, and its PCI address or UUID, if the driver gives one.
    /// They tell devices of one name apart. Nil in older files.
    var deviceIndex: String?
    var devicePlace: String?
    var platform: String
    var driver: String
    var version: String
    /// The command line that repeats the run.
    var command: [String]
  }

  /// Names what differs in `other` and may change the last digits of the numbers from there on.
  func differences(from other: RunRecord) -> [String] {
    let (own, others) = (provenance, other.provenance)
    let units = [own.computeUnits, others.computeUnits].compactMap(\.self)
    return [
      ("device", settings.device, other.settings.device),
      ("number of compute units", units.first.map(String.init), units.last.map(String.init)),
      ("platform", own.platform, others.platform), ("driver", own.driver, others.driver),
      ("version of gputrain", own.version, others.version),
      ("set of kernels", own.kernelsSha256, others.kernelsSha256),
    ].filter { $0.1 != $0.2 }.map(\.0)
  }

  /// The key of the names of classes in the metadata of checkpoints.
  static let classesKey = "classes"

  /// The metadata of the run's checkpoints that the training itself does not know.
  ///
  /// - Throws: `EncodingError`.
  func metadata() throws -> [String: String] {
    var metadata = settings.metadata
    metadata["data_sha256"] = provenance.dataSha256
    metadata["tuning"] = try settings.tuning.jsonText()
    metadata["default_variants"] = try provenance.defaultVariants.jsonText()
    metadata[Self.classesKey] = try provenance.classes?.jsonText()
    return metadata
  }
}

extension RunRecord: Codable {
  init(from decoder: any Decoder) throws {
    settings = try RunSettings(from: decoder)
    provenance = try Provenance(from: decoder)
  }

  func encode(to encoder: any Encoder) throws {
    try settings.encode(to: encoder)
    try provenance.encode(to: encoder)
  }

  /// Reads a record.
  ///
  /// - Throws: `DecodingError` if the text is not a record, or has values out of their ranges.
  init(parsing text: some DataProtocol) throws {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    self = try decoder.decode(RunRecord.self, from: Data(text))
    guard settings.fault == nil, (0..<1).contains(provenance.beta2), provenance.epsilon > 0 else {
      throw DecodingError.dataCorrupted(
        DecodingError.Context(codingPath: [], debugDescription: "a value is out of its range"))
    }
  }
}
