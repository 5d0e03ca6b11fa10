import Files
import GenerativeModels
import KnownDatasets

/// Writes a run's checkpoints: the last one, and those of epochs that are kept.
final class CheckpointWriter {
  private let plan: RunPlan
  private let folder: RunFolder
  private let record: RunRecord
  private let trainer: any Trainer
  /// The position of the last checkpoint that this process wrote.
  private var saved: TrainingPosition?

  init(_ plan: RunPlan, in folder: RunFolder, _ record: RunRecord, _ trainer: any Trainer) {
    self.plan = plan
    self.folder = folder
    self.record = record
    self.trainer = trainer
  }

  /// The last checkpoint, in words.
  var last: String { CheckpointFile.describeLast(in: folder) }

  /// Writes the training at its current position.
  ///
  /// - Parameters:
  ///   - position: The current position.
  ///   - warnings: The warnings that were printed.
  ///   - keeping: Whether to keep it as the epoch's own checkpoint too.
  /// - Throws: `FileError`, `OpenCLError`.
  func write(
    _ position: TrainingPosition, warnings: Set<TrainingWarning>, keeping: Bool = false
  ) throws {
    let words = warnings.map(\.rawValue).sorted().joined(separator: " ")
    var details = try record.metadata()
    details[CheckpointFile.warningsKey] = words
    details[Checkpoint.descriptionKey] = record.provenance.modelDescription
    let checkpoint = try Checkpoint(
      of: trainer, at: position, seed: plan.settings.seed, details: details)
    let begin = ContinuousClock.now
    let bytes = try checkpoint.file.encoded()
    // The last one is written at the end, so that a run that resumes from it lacks nothing.
    if keeping { try AtomicFile.write(bytes, to: folder.checkpoint(epoch: position.epoch)) }
    try AtomicFile.write(bytes, to: folder.lastCheckpoint)
    saved = position
    StandardError.detail(
      String(
        format: "checkpoint: epoch %d, step %d, %.1f MiB in %.3f s", position.epoch,
        position.batch, Double(bytes.count) / 1_048_576, (.now - begin).seconds))
    if let count = plan.settings.keep { try folder.keepNewestCheckpoints(count) }
  }

  /// Whether this process has written this position.
  func has(_ position: TrainingPosition) -> Bool { saved == position }
}
