import Datasets
import Files
import GPUTensor
import GenerativeModels
import Reports

/// Trains a run from its position to its last epoch: the loop over epochs and steps, and when it
/// stops.
final class TrainingRun {
  private let plan: RunPlan
  private let folder: RunFolder
  private let record: RunRecord
  private let trainer: any Trainer
  private let pictures: Pictures
  private let progress: RunProgress
  private let checkpoints: CheckpointWriter
  private let fault = PlantedFault.requested
  private var position = TrainingPosition()

  /// Allocates everything on the device and builds the kernels, and tests them if they never were.
  /// Writes nothing into the folder.
  ///
  /// - Throws: `OpenCLError`, `KernelBuildError`, `SelfTestFailure`.
  init(_ plan: RunPlan, in folder: RunFolder) throws {
    self.plan = plan
    self.folder = folder
    let (options, context) = (plan.options, plan.context)
    plan.applyTuning()
    let recorded = try RecordedTraining(plan.model, options, on: plan.data, context: context)
    trainer = recorded.trainer
    if recorded.isStreamed {
      StandardError.noteStreaming(of: recorded.imageBytes, to: context.device)
    }
    pictures = try Pictures(
      plan.model, trainer, data: plan.data, seed: options.seed, on: context)
    let lists = trainer.lists + pictures.lists
    record = try plan.record(defaultVariants: lists.defaultVariants)
    Self.noteUnknownVariants(of: lists, on: context)
    progress = RunProgress(plan, trainer)
    progress.describe(folder)
    checkpoints = CheckpointWriter(plan, in: folder, record, trainer)
    try KernelCache.compile(trainer.trainingLists)
    try SelfTest.passOnce(trainer, of: plan, on: context)
  }

  /// Notes the variants of a resumed run that do not exist here.
  private static func noteUnknownVariants(of lists: [CommandList], on context: Context) {
    let known = lists.reduce(into: [:]) { $0.merge($1.variants) { $0 + $1 } }
    let named = context.tuning.merging(context.defaultVariants) { tuned, _ in tuned }
    for (operation, variant) in named.sorted(by: <)
    where known[operation]?.contains(variant) == false {
      StandardError.note(
        "\(operation) used the variant '\(variant)', which does not exist here: the default "
          + "is used")
    }
  }

  /// Trains from the beginning, and writes the run's files into its claimed folder.
  ///
  /// - Throws: What `run` throws.
  func begin() throws {
    try trainer.initialize()
    try folder.prepare(record)
    RunLog.open(folder.log)
    try namingWhatIsKept {
      let table = CSVTable(header: MetricsColumns.names(of: plan.model))
      try AppendLog(path: folder.metrics).append(CSVTable.line(table.header))
      try run(after: table)
    }
  }

  /// Resumes from a checkpoint in its folder, which is claimed and checked (`PreparedRun`).
  ///
  /// - Throws: `InputError` if the checkpoint does not fit; what `run` throws.
  func resume(from checkpoint: CheckpointFile) throws {
    position = try checkpoint.restore(trainer)
    progress.warnings = Set(checkpoint.warnings)
    try namingWhatIsKept {
      let table = try folder.prepareToResume(record, of: plan.model, epochs: position.epoch)
      RunLog.open(folder.log)
      // An epoch's own checkpoint becomes the last one.
      if checkpoint.path != folder.lastCheckpoint { try writeCheckpoint() }
      let steps = trainer.training.steps
      StandardError.print(
        "resuming in epoch \(position.epoch + 1), after \(position.batch) of \(steps) steps")
      try run(after: table)
    }
  }

  /// Runs `body` with signals deferred, so that its work ends in a checkpoint. If the disk or the
  /// device fails, prints the last checkpoint. The other errors name it themselves, or have changed
  /// nothing.
  private func namingWhatIsKept(_ body: () throws -> Void) throws {
    do {
      try Interruption.deferring(body)
    } catch {
      progress.clear()
      if !(error is Diverged || error is Interrupted || error is InputError) {
        StandardError.alert(
          "kept: \(checkpoints.last); resume with: \(plan.resumeCommand(folder))")
      }
      throw error
    }
  }

  /// Trains to the last epoch.
  ///
  /// - Parameter table: The rows of metrics.csv so far.
  /// - Throws: `FileError` if the disk fails; `OpenCLError` if the device does; `Diverged`;
  ///   `Interrupted`.
  private func run(after table: CSVTable) throws {
    let diary = try RunDiary(plan, in: folder, record, after: table)
    progress.resume(after: table)
    do {
      while position.epoch < plan.settings.epochs {
        try runEpoch(diary)
        try stopIfAsked(diary)
      }
    } catch let divergence as Divergence {
      progress.clear()
      let search = DivergenceSearch(plan: plan, folder: folder, trainer: trainer, fault: fault)
      let cause = Result { try search.cause(of: divergence, after: position) }
      let error = Diverged(divergence, explained: cause, last: checkpoints.last)
      try AtomicFile.write("\(error)\n", to: folder.divergence)
      throw error
    }
    progress.conclude(folder)
    try StandardOutput.print("run \(folder.path): last checkpoint \(folder.lastCheckpoint)")
    try StandardOutput.print("samples: \(folder.samples(epoch: plan.settings.epochs))")
  }

  private func runEpoch(_ diary: RunDiary) throws {
    let epoch = position.epoch + 1
    let start = ContinuousClock.now
    let images = max(0, plan.data.train.count - position.batch * plan.settings.batchSize)
    let training = try trainSteps(diary)
    let rate = Double(images) / (.now - start).seconds
    // Compiled late, so that the first steps of a first run do not wait for it.
    do {
      try KernelCache.compile(trainer.validationLists + pictures.lists)
    } catch {
      try writeCheckpoint()
      throw error
    }
    try stopIfAsked(diary)
    let validation = try validate(diary)

    let result = EpochResult(
      epoch: epoch, metrics: trainer.metrics(training: training, validation: validation),
      seconds: (.now - start).seconds, imagesPerSecond: rate)
    progress.finish(result)
    progress.warn(trainer.warning(after: training), in: epoch)
    try diary.append(result)
    if plan.drawsSamples(after: epoch) {
      let drawing = try pictures.draw(after: position.step(of: trainer.training.steps))
      try diary.write(drawing, epoch: epoch)
      progress.warn(drawing.warning, in: epoch)
      try diary.writeReport()
    }
    position = TrainingPosition(epoch: epoch)
    try writeCheckpoint(keeping: plan.keepsCheckpoint(after: epoch))
  }

  /// Runs the epoch's remaining steps.
  ///
  /// - Returns: The mean losses of the epoch.
  private func trainSteps(_ diary: RunDiary) throws -> [Double] {
    let start = ContinuousClock.now
    let first = position.batch
    try fault?.plant(before: step(after: first) + 1, in: trainer)
    while true {
      let outcome = try trainer.training.run(from: position.batch, pausing: isPauseDue) { done in
        progress.update(done, in: position.epoch + 1, since: first) { (.now - start).seconds }
      }
      switch outcome {
      case .finished(let losses):
        position.batch = trainer.training.steps
        return losses
      case .paused(let batch):
        position.batch = batch
        let isDue = plan.settings.checkpointSteps.map { step(after: batch).isMultiple(of: $0) }
        if isDue == true || Interruption.wantsCheckpoint { try writeCheckpoint() }
        try stopIfAsked(diary)
        try fault?.plant(before: step(after: batch) + 1, in: trainer)
      }
    }
  }

  /// The run's steps after `batch` steps of this epoch.
  private func step(after batch: Int) -> Int {
    TrainingPosition(epoch: position.epoch, batch: batch).step(of: trainer.training.steps)
  }

  private func isPauseDue(_ batch: Int) -> Bool {
    if Interruption.wantsCheckpoint { return true }
    guard batch < trainer.training.steps else { return false }
    let step = step(after: batch)
    return plan.settings.checkpointSteps.map(step.isMultiple) == true || fault?.step == step + 1
  }

  /// Measures the validation images.
  ///
  /// - Returns: Their mean losses; none for a model that validates nothing.
  private func validate(_ diary: RunDiary) throws -> [Double] {
    guard let validation = trainer.validation else { return [] }
    switch try validation.run(pausing: { _ in Interruption.signal != nil }) {
    case .finished(let losses): return losses
    case .paused:
      try stopIfAsked(diary)
      return []
    }
  }

  /// Stops with a checkpoint of the current position, if a signal asks for it.
  private func stopIfAsked(_ diary: RunDiary) throws {
    guard let signal = Interruption.signal, position.epoch < plan.settings.epochs else { return }
    progress.clear()
    if !checkpoints.has(position) { try writeCheckpoint() }
    if position.epoch > 0 { try diary.writeReport() }
    throw Interrupted(
      signal: signal,
      description:
        "stopped as asked; \(checkpoints.last); resume with: \(plan.resumeCommand(folder))")
  }

  /// Writes a checkpoint of the current position, and prints it if a signal asked for it.
  private func writeCheckpoint(keeping: Bool = false) throws {
    let request = Interruption.takeSaveRequest()
    try checkpoints.write(position, warnings: progress.warnings, keeping: keeping)
    if let request {
      progress.clear()
      StandardError.print("checkpoint written on \(request): \(checkpoints.last)")
    }
  }
}
