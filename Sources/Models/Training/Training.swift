import Datasets
import Foundation
import GPUTensor
import Images

/// A training of a model on a data set, from the beginning or from a checkpoint.
///
/// ```swift
/// let data = try Dataset(folder: "glyphs/")
/// let training = try Training(VAE.linear, on: data, context: Context())
/// for _ in 1...20 { print(try training.runEpoch()) }
/// try training.save(to: "glyphs.safetensors")
/// let images = try training.sample(25, seed: 1)
/// ```
///
/// The same model, data, options and device give the same bits. A training that is saved and loaded
/// resumes as if it had not stopped.
public final class Training {
  /// The model that is trained.
  public let model: any GenerativeModel
  /// The trainer, for more control than this type gives.
  public let trainer: any Trainer
  /// The number of epochs that are done.
  public var epoch: Int { position.epoch }

  private let seed: UInt64
  private let sampler: Sampler
  private var position = TrainingPosition()

  /// Creates a training: uploads the images, which must have the shape of the model's, and draws
  /// the initial parameters. Images that do not fit the device beside the rest are streamed to it.
  /// If `options` is nil, the seed is 1 and all settings are the model's.
  ///
  /// - Throws: `ModelError` if the images have another shape, do not fill a batch, or do not have
  ///   the classes that the model is conditional on;
  ///   `DeviceMemoryError` if the device has too little memory; `OpenCLError`.
  public init(
    _ model: any GenerativeModel, on data: Dataset, options: TrainingOptions? = nil,
    context: Context
  ) throws {
    let options = options ?? TrainingOptions(for: model)
    try Self.check(model, data, options)
    self.model = model
    seed = options.seed
    trainer = try RecordedTraining(model, options, on: data, context: context).trainer
    sampler = try Sampler(model, parameters: trainer.parameterSets[0], on: context)
    try CommandList.compile(trainer.lists)
    try trainer.initialize()
  }

  private static func check(
    _ model: any GenerativeModel, _ data: Dataset, _ options: TrainingOptions
  ) throws(ModelError) {
    guard (1...options.batchSize).contains(options.shards) else {
      throw ModelError(
        model: model.name,
        reason: "a batch of \(options.batchSize) images cannot have \(options.shards) shards")
    }
    guard options.batchSize <= data.train.count else {
      throw ModelError(
        model: model.name,
        reason: "a batch has \(options.batchSize) images, and \(data.name) has "
          + "\(data.train.count) to train on; take smaller batches or more images")
    }
  }

  /// Trains for an epoch, or for the rest of one, and measures the validation images.
  ///
  /// - Parameter onProgress: Called with the losses so far, about once in 20 steps.
  /// - Returns: The epoch's metrics.
  /// - Throws: `Divergence` if a number is not finite; `OpenCLError`; errors of `onProgress`.
  @discardableResult
  public func runEpoch(
    onProgress: (EpochProgress) throws -> Void = { _ in }
  ) throws -> EpochMetrics {
    let losses = try trainer.training.runEpoch(from: position.batch, onProgress: onProgress)
    let validation = try trainer.validation?.runEpoch() ?? []
    position = TrainingPosition(epoch: position.epoch + 1)
    return EpochMetrics(
      epoch: position.epoch, names: trainer.metricNames,
      values: trainer.metrics(training: losses, validation: validation))
  }

  /// Draws `count` images from the model with its current parameters, as `Sampler.sample` does.
  ///
  /// - Throws: As `Sampler.sample`.
  public func sample(
    _ count: Int, labels: [UInt8]? = nil, seed: UInt64 = 1
  ) throws -> [Picture] {
    try sampler.sample(count, labels: labels, seed: seed)
  }

  /// Writes a checkpoint from which the training can resume. It describes the model, if that can be
  /// described and is not one of the library's own.
  ///
  /// - Throws: `Divergence` if a number is not finite; `FileError`; `OpenCLError`.
  public func save(to path: String) throws {
    let json = try model.ownDescription?.json()
    try Checkpoint(
      of: trainer, at: position, seed: seed,
      details: json.map { [Checkpoint.descriptionKey: $0] } ?? [:]
    ).write(to: path)
  }

  /// Resumes from a checkpoint of the same model, seed and data.
  ///
  /// - Throws: `FileError` if it cannot be read; `CheckpointError` if it does not fit;
  ///   `OpenCLError`.
  public func load(from path: String) throws {
    position = try Checkpoint(contentsOf: path).restore(trainer)
  }
}

/// The metrics of an epoch.
public struct EpochMetrics: Sendable, Equatable, CustomStringConvertible {
  /// The epoch, counted from 1.
  public let epoch: Int
  /// The names of the metrics, as in metrics.csv.
  public let names: [String]
  /// Their values, in the order of the names.
  public let values: [Double]

  /// Returns the value of a metric; nil if there is none with this name.
  public subscript(name: String) -> Double? {
    names.firstIndex(of: name).map { values[$0] }
  }

  /// One line, such as `epoch 3: train_loss 152.3, val_loss 149.8`.
  public var description: String {
    let metrics = zip(names, values).map { name, value in
      "\(name) \(String(format: "%.4g", value))"
    }
    return "epoch \(epoch): \(metrics.joined(separator: ", "))"
  }
}
