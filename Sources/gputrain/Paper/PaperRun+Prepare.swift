import Files
import GPUTensor
import GenerativeModels

extension PaperRun {
  /// Checks everything that the models need before the first is trained, perhaps for hours: their
  /// folders, the device's memory, the disk, the data, and the places of figures and tables. Writes
  /// nothing.
  ///
  /// - Throws: `OutputError` if a model's folder holds another run, or something is in the way;
  ///   `InputError` if a run is damaged; `FileError`; `DeviceMemoryError`.
  func prepareRuns() throws -> [PreparedRun] {
    let runs = try models.map(prepareRun)
    try Self.checkSpace(
      runs.map(\.checkpointBytes).reduce(0, +), of: freeBytes(for: path), in: path)
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

  private func prepareRun(of model: any GenerativeModel) throws -> PreparedRun {
    let folder = folder(of: model)
    let run: PreparedRun
    do {
      run = try PreparedRun(model, in: folder, .resume) { try plan(of: model, resuming: $0) }
    } catch let error as UsageError {
      // The folder holds another run than the one that is asked for.
      throw OutputError(description: error.description)
    }
    // The samples of a shorter run would be of other epochs.
    if let recorded = run.begun?.settings.epochs, recorded != epochs {
      throw OutputError(
        description: """
          \(folder.path) holds a run of \(recorded) epochs; ask for as many or choose another --out
          """)
    }
    if run.isFinished {
      _ = try metrics(of: model)
    } else {
      run.plan.applyTuning()
      try TrainingPlan(
        model, run.plan.options, train: data.train.count, validation: data.validation.count,
        on: context
      ).check(context.device)
    }
    for figure in figures where figure.model == model.name && figure.kind == .samples {
      for epoch in sheetEpochs
      where epoch <= run.epochsDone && isRegularFile(folder.samples(epoch: epoch)) {
        _ = try readPicture(folder.samples(epoch: epoch))
      }
    }
    return run
  }

  /// Refuses a disk that has no room for the checkpoints.
  ///
  /// - Parameter free: The free bytes; nil if unknown.
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

extension PreparedRun {
  /// The epochs done.
  fileprivate var epochsDone: Int { checkpoint.map { min($0.epoch, plan.settings.epochs) } ?? 0 }

  /// The bytes that the run's checkpoints still to come take at least.
  fileprivate var checkpointBytes: Int {
    guard !isFinished else { return 0 }
    let parameters = plan.model.networks.map(\.value.parameterCount).reduce(0, +)
    let kept = (epochsDone..<plan.settings.epochs).count { plan.keepsCheckpoint(after: $0 + 1) }
    // The first of them adds the last checkpoint's file.
    let files = kept + (checkpoint == nil ? 1 : 0)
    return files * parameters * (1 + 2) * MemoryLayout<Float>.size
  }
}
