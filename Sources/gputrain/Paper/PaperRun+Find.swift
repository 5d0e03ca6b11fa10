import Files
import GPUTensor
import GenerativeModels

extension PaperRun {
  /// A model's run, as it was found before anything was trained.
  struct FoundRun {
    let plan: RunPlan
    /// The tuned variants of its operations, and the default variants of the others.
    let (tuning, usualWays): (Tuning, Tuning)
    /// Claimed if it exists: as long as it lives, no other program writes there.
    let folder: RunFolder
    /// What is recorded of it; nil where it is still to begin.
    let begun: RunRecord?
    let isFinished: Bool
    /// Bytes of the checkpoints that it is still to write.
    let bytes: Int

    /// The checkpoint that it resumes from; nil where it begins.
    ///
    /// - Throws: as `CheckpointFile.last`.
    func checkpoint() throws -> CheckpointFile? {
      begun == nil ? nil : try CheckpointFile.last(in: folder, of: plan.model)
    }
  }

  /// Looks at all that the models need before the first is trained, for hours perhaps: their
  /// folders, the device's memory, the disk, the data, and the places of figures and tables. Writes
  /// nothing.
  ///
  /// - Throws: `OutputError` where a model's folder holds another run, or something is in the way;
  ///   `InputError` where a run that is there is damaged; `FileError`; `DeviceMemoryError`.
  func findRuns() throws -> [FoundRun] {
    let runs = try models.map(findRun)
    let needed = runs.map(\.bytes).reduce(0, +)
    try Self.checkSpace(needed, of: freeBytes(for: path), in: path)
    if isFolder(path) {
      let files = ["paper.html", "summary.csv", "comparison.csv", "comparison.svg"]
      for name in files + figures.map(\.fileName) { try AtomicFile.check("\(path)/\(name)") }
    }
    do {
      _ = try evaluationPlan()
    } catch let error as InputError {
      StandardError.note("the models will not be compared: \(error)")
    }
    return runs
  }

  private func findRun(of model: any GenerativeModel) throws -> FoundRun {
    let folder = folder(of: model)
    try folder.claim(.resume)
    let begun = try folder.readRecord(of: model.name)
    let plan = try plan(of: model, goingOnWith: begun)
    let checkpoint = begun == nil ? nil : try CheckpointFile.last(in: folder, of: model)
    if let begun { try check(plan, against: begun, in: folder) }
    let done = checkpoint.map { min($0.epoch, epochs) } ?? 0
    let isFinished = checkpoint != nil && done == epochs
    if isFinished {
      _ = try metrics(of: model)
    } else {
      try plan.check(folder, resumingFrom: checkpoint)
      try MemoryPlan(
        model, plan.options, train: data.train.count, validation: data.validation.count,
        on: context
      ).check(context.device)
    }
    for figure in figures where figure.model == model.name && figure.kind == .samples {
      for epoch in sheetEpochs where epoch <= done && isRegularFile(folder.samples(epoch: epoch)) {
        _ = try readPicture(folder.samples(epoch: epoch))
      }
    }
    return FoundRun(
      plan: plan, tuning: context.tuning, usualWays: context.defaultVariants, folder: folder,
      begun: begun, isFinished: isFinished,
      bytes: isFinished ? 0 : plan.checkpointBytes(after: checkpoint == nil ? nil : done))
  }

  /// Refuses a folder whose run is not the one that is asked for.
  private func check(
    _ plan: RunPlan, against begun: RunRecord, in folder: RunFolder
  ) throws {
    do {
      try plan.check(against: begun, in: folder)
    } catch let error as UsageError {
      throw OutputError(description: error.description)
    }
    // Its sheets would be of other epochs.
    guard begun.epochs == epochs else {
      throw OutputError(
        description: """
          \(folder.path) holds a run of \(begun.epochs) epochs; ask for as many or choose \
          another --out
          """)
    }
  }

  /// Refuses a disk on which the checkpoints have no room.
  ///
  /// - Parameter free: the bytes that are free; nil where nobody knows.
  /// - Throws: `OutputError`.
  static func checkSpace(_ needed: Int, of free: Int?, in path: String) throws {
    guard let free, free < needed else { return }
    throw OutputError(
      description: """
        --out \(path) has room for \(free >> 20) MiB, and the checkpoints still to come take \
        \(needed >> 20) MiB; free some space or choose another
        """)
  }
}

extension RunPlan {
  /// The bytes that the run's checkpoints still to come take at least.
  ///
  /// - Parameter epochs: those done; nil of a run that has no checkpoint yet.
  func checkpointBytes(after epochs: Int?) -> Int {
    let parameters = model.networks.map(\.value.parameterCount).reduce(0, +)
    let done = min(epochs ?? 0, schedule.epochs)
    let kept = (done..<schedule.epochs).filter { schedule.keepsCheckpoint(after: $0 + 1) }.count
    return (kept + (epochs == nil ? 1 : 0)) * parameters * (1 + 2) * MemoryLayout<Float>.size
  }
}
