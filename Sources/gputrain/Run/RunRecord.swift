import Foundation

/// What run.json says: all that is needed to repeat a run or to go on with it, and where it was made.
struct RunRecord: Codable, Equatable {
  var model: String
  var dataset: String
  var dataDir: String?
  var limit: Int?
  var dataSha256: String
  var trainImages: Int
  var validationImages: Int
  var epochs: Int
  var batchSize: Int
  var learningRate: Double
  /// Of a GAN's discriminator, where it is another.
  var discriminatorLearningRate: Double?
  var beta1: Double
  var beta2: Double
  var epsilon: Double
  /// As text, since not every reader's numbers hold 64 bits.
  var seed: String
  var sampleEvery: Int
  var checkpointEvery: Int
  var checkpointSteps: Int?
  var keep: Int?
  var tensorboard: Bool
  /// The family of kernels; never `auto`.
  var kernels: String
  /// What products and convolutions round to; nil, which is float32, in records from before there was a choice.
  var precision: String?
  var convolution: String
  /// The operations that are not done in the usual way, with their shapes, and the ways (`tune`).
  var tuning: [String: String]
  /// The operations that can be done in several ways, and the ways that are usual for them on the device (`tuning` has
  /// the others); nil in records from before they were kept.
  var ways: [String: String]?
  var kernelDir: String?
  /// Of all kernel files, in the order of their names.
  var kernelsSha256: String
  var device: String
  /// The device's cores or multiprocessors; nil in records from before they were kept.
  var computeUnits: Int?
  var platform: String
  var driver: String
  var version: String
  /// The command line that repeats the run.
  var command: [String]

  /// An option that a run cannot change on its way.
  struct Change: Equatable, CustomStringConvertible {
    let option: String
    let recorded: String
    let asked: String

    /// The option with what is asked, as on the command line.
    var description: String { asked.isEmpty ? option : "\(option) \(asked)" }
  }

  /// The options by which `other` would make this run another one, where both have the same images.
  func forbiddenChanges(in other: RunRecord) -> [Change] {
    changes([
      ("--seed", seed, other.seed),
      ("--batch-size", "\(batchSize)", "\(other.batchSize)"),
      ("--learning-rate", "\(learningRate)", "\(other.learningRate)"),
      (
        "--discriminator-learning-rate", "\(discriminatorLearningRate ?? learningRate)",
        "\(other.discriminatorLearningRate ?? other.learningRate)"
      ),
      ("--beta1", "\(beta1)", "\(other.beta1)"),
      ("--precision", precisionOrDefault, other.precisionOrDefault),
      ("--kernels", kernels, other.kernels), ("--convolution", convolution, other.convolution),
      ("--no-tuning", tunedOperations, other.tunedOperations),
      // More of them are welcome.
      ("--epochs", "\(epochs)", "\(min(epochs, other.epochs))"),
    ])
  }

  /// What products and convolutions round to.
  var precisionOrDefault: String { precision ?? "float32" }

  /// In words how many operations are tuned; nothing where none is.
  private var tunedOperations: String { tuning.isEmpty ? "" : "\(tuning.count) tuned operations" }

  /// The options by which `other` may have other images.
  func dataChanges(in other: RunRecord) -> [Change] {
    func text(_ limit: Int?) -> String { limit.map(String.init) ?? "none" }
    return changes([
      ("--dataset", dataset, other.dataset), ("--limit", text(limit), text(other.limit)),
    ])
  }

  private func changes(_ options: [(option: String, old: String, new: String)]) -> [Change] {
    options.filter { $0.old != $0.new }.map {
      Change(option: $0.option, recorded: $0.old, asked: $0.new)
    }
  }

  /// What is otherwise in `other`, so that from there on bits may differ from those of a run that was never
  /// interrupted.
  func differences(from other: RunRecord) -> [String] {
    let units = [computeUnits, other.computeUnits].compactMap(\.self)
    return [
      ("device", device, other.device),
      ("number of compute units", units.first.map(String.init), units.last.map(String.init)),
      ("platform", platform, other.platform), ("driver", driver, other.driver),
      ("version of gputrain", version, other.version),
      ("set of kernels", kernelsSha256, other.kernelsSha256),
    ].filter { $0.1 != $0.2 }.map(\.0)
  }
}

extension RunRecord {
  /// Reads a record.
  ///
  /// - Throws: `DecodingError` for a text that is none, or with values that no run has.
  init(parsing text: some DataProtocol) throws {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    self = try decoder.decode(RunRecord.self, from: Data(text))
    let counts = [epochs, batchSize, sampleEvery, checkpointEvery, checkpointSteps, keep, limit]
    let rates = [learningRate, discriminatorLearningRate].compactMap(\.self)
    let betas = [beta1, beta2]
    guard counts.compactMap(\.self).allSatisfy({ $0 > 0 }), UInt64(seed) != nil,
      rates.allSatisfy({ $0 > 0 && $0 <= 1 }), betas.allSatisfy({ $0 >= 0 && $0 < 1 }), epsilon > 0
    else {
      throw DecodingError.dataCorrupted(
        DecodingError.Context(codingPath: [], debugDescription: "a value that no run has"))
    }
  }
}
