import GenerativeModels

/// A run that was checked before it trains. Its folder is claimed, and nothing is written yet.
struct PreparedRun {
  let plan: RunPlan
  /// Claimed: no other program writes there while this value lives.
  let folder: RunFolder
  /// The record of the run to resume; nil for a run that begins.
  let begun: RunRecord?
  /// The checkpoint to resume from; nil for a run that begins, or was cut before its first.
  let checkpoint: CheckpointFile?

  /// Claims a folder and checks everything that the run needs of it.
  ///
  /// - Parameters:
  ///   - existing: What to do about a run in the folder.
  ///   - makePlan: Plans the run, given the record of the run to resume.
  /// - Throws: What `RunFolder.claim`, `RunFolder.readRecord`, `CheckpointFile.last` and the checks
  ///   of `RunPlan` throw.
  init(
    _ model: any GenerativeModel, in folder: RunFolder, _ existing: RunFolder.Existing,
    makePlan: (RunRecord?) throws -> RunPlan
  ) throws {
    try folder.claim(existing)
    self.folder = folder
    begun = existing == .resume ? try folder.readRecord(of: model) : nil
    checkpoint = begun == nil ? nil : try CheckpointFile.last(in: folder, of: model)
    plan = try makePlan(begun)
    if let begun { try plan.check(against: begun, in: folder) }
    if !isFinished { try plan.check(folder, resumingFrom: checkpoint) }
  }

  /// Whether all epochs are done.
  var isFinished: Bool { checkpoint.map { $0.epoch >= plan.settings.epochs } ?? false }

  /// Trains to the last epoch.
  ///
  /// - Throws: What `TrainingRun` throws.
  func train() throws {
    if let begun { try plan.noteDifferences(from: begun) }
    let run = try TrainingRun(plan, in: folder)
    if let checkpoint { try run.resume(from: checkpoint) } else { try run.begin() }
  }
}
