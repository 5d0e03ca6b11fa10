import Files
import GenerativeModels
import KnownDatasets

/// Writes a run's checkpoints: the last one, and those of epochs that are kept.
final class CheckpointWriter {
  private let plan: RunPlan
  private let folder: RunFolder
  private let record: RunRecord
  private let trainer: any Trainer
  /// The position that the last checkpoint of this process was written at.
  private var saved: TrainingPosition?

  init(_ plan: RunPlan, in folder: RunFolder, _ record: RunRecord, _ trainer: any Trainer) {
    self.plan = plan
    self.folder = folder
    self.record = record
    self.trainer = trainer
  }

  /// The last checkpoint, in words.
  var last: String { CheckpointFile.describeLast(in: folder) }

  /// Writes the position that the training is at.
  ///
  /// - Parameters:
  ///   - warnings: Those that were given.
  ///   - keeping: Write it also as the epoch's own, which is kept.
  /// - Throws: `FileError`, `OpenCLError`.
  func write(
    _ position: TrainingPosition, warnings: Set<TrainingWarning>, keeping: Bool = false
  ) throws {
    let options = plan.options
    let rate = options.adam.learningRate
    let checkpoint = try Checkpoint(
      of: trainer, at: position, seed: options.seed,
      details: [
        "batch_size": String(options.batchSize), "data_sha256": plan.data.contentHash,
        "learning_rate": String(rate),
        "discriminator_learning_rate": String(options.discriminatorLearningRate ?? rate),
        "beta1": String(options.adam.beta1),
        "kernels": plan.context.family.rawValue,
        "precision": plan.context.precision.rawValue,
        "convolution": plan.context.convolution.rawValue,
        "tuning": try record.tuning.jsonText(), "ways": try record.ways.jsonText(),
        CheckpointFile.warningsKey: warnings.map(\.rawValue).sorted().joined(separator: " "),
      ])
    let bytes = try checkpoint.file.encoded()
    // The last one is written last: a run that resumes from it lacks nothing.
    if keeping { try AtomicFile.write(bytes, to: folder.checkpoint(epoch: position.epoch)) }
    try AtomicFile.write(bytes, to: folder.lastCheckpoint)
    saved = position
    if let count = plan.schedule.keep { try folder.keepNewestCheckpoints(count) }
  }

  /// Whether this process has written this position.
  func has(_ position: TrainingPosition) -> Bool { saved == position }
}
