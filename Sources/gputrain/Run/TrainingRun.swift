import Datasets
import Files
import Foundation
import GPUTensor
import Models
import Reports

/// A training run from where it stands to its last epoch: training, metrics, pictures, checkpoints.
final class TrainingRun {
  private let plan: RunPlan
  private let folder: RunFolder
  private let trainer: any Trainer
  private let pictures: Pictures
  private let record: RunRecord
  private let bar = ProgressBar(write: { StandardError.write($0) })
  private let fault = PlantedFault.requested
  private var position = TrainingPosition()
  /// What this process has written a checkpoint of last.
  private var saved: TrainingPosition?
  private var told: Set<TrainingWarning> = []
  private var table: CSVTable
  /// Nil where TensorBoard's file is not wanted.
  private var events: EventFile?

  /// Allocates everything on the device and builds the kernels, which are tested where they never were; writes nothing
  /// into the folder.
  ///
  /// - Throws: `OpenCLError`, `KernelBuildError`, `SelfTestFailure`.
  init(_ plan: RunPlan, in folder: RunFolder) throws {
    self.plan = plan
    self.folder = folder
    let (options, context) = (plan.options, plan.context)
    func store(_ images: ImageSet, _ label: String) throws -> ImageStore {
      try ImageStore(context, images, batchSize: options.batchSize, label: label)
    }
    trainer = try plan.model.makeTrainer(
      options, train: try store(plan.data.train, "training images"),
      validation: try store(plan.data.validation, "validation images"), on: context)
    pictures = try Pictures(
      plan.model, trainer, validation: plan.data.validation, seed: options.seed, on: context)
    let lists = trainer.lists + pictures.lists
    record = try plan.record(ways: lists.usualWays)
    let known = lists.reduce(into: [:]) { $0.merge($1.operations) { $0 + $1 } }
    let named = context.tuning.merging(context.usualWays) { tuned, _ in tuned }
    for (operation, way) in named.sorted(by: <)
    where known[operation]?.contains(way) == false {
      StandardError.print(
        "note: \(operation) was done in a way that is not known here, '\(way)': the usual one is taken"
      )
    }
    table = CSVTable(header: MetricsColumns.names(of: plan.model))
    try KernelCache.compile(trainer.trainingLists)
    try SelfTest.passOnce(plan.model, batch: options.batchSize, on: context)
  }

  /// Trains from the beginning, and writes the run's files into its folder, which is claimed.
  ///
  /// - Throws: as `run`.
  func begin() throws {
    try trainer.initialize()
    try folder.prepare(record)
    try tellingWhatIsKept {
      try AppendLog(path: folder.metrics).append(CSVTable.line(table.header))
      try run()
    }
  }

  /// Goes on from a checkpoint in its folder, which is claimed and checked (`RunPlan.check`).
  ///
  /// - Throws: `InputError` where the checkpoint does not fit; as `run`.
  func resume(from checkpoint: CheckpointFile) throws {
    position = try checkpoint.restore(trainer)
    told = Set(checkpoint.warnings)
    try tellingWhatIsKept {
      table = try folder.prepareToResume(record, of: plan.model, epochs: position.epoch)
      // Where it was an epoch's own, that is the last one from now on.
      if checkpoint.path != folder.lastCheckpoint { try writeCheckpoint() }
      let steps = trainer.training.steps
      StandardError.print(
        "resuming in epoch \(position.epoch + 1), after \(position.batch) of \(steps) steps")
      try run()
    }
  }

  /// Does `body`, in which signals are deferred, so that work which was begun has a checkpoint
  /// afterwards. Where the disk or the device fails it, names the last checkpoint. The other errors
  /// do so themselves, or have changed nothing.
  private func tellingWhatIsKept(_ body: () throws -> Void) throws {
    do {
      try Interruption.deferring(body)
    } catch {
      bar.clear()
      if !(error is Diverged || error is Interrupted || error is InputError) {
        StandardError.print("kept: \(lastCheckpoint)")
      }
      throw error
    }
  }

  /// Trains to the last epoch.
  ///
  /// - Throws: `FileError` where the disk fails; `OpenCLError` where the device does; `Diverged`; `Interrupted`.
  private func run() throws {
    let log = try AppendLog(path: folder.metrics)
    if plan.tensorboard { events = try EventFile(in: folder, epochs: position.epoch) }
    do {
      while position.epoch < plan.schedule.epochs {
        try runEpoch(log)
        try stopIfAsked()
      }
    } catch let divergence as Divergence {
      bar.clear()
      let cause = Result { try self.cause(of: divergence) }
      throw Diverged(divergence, explained: cause, last: lastCheckpoint)
    }
    try StandardOutput.print("run \(folder.path): last checkpoint \(folder.lastCheckpoint)")
    try StandardOutput.print("samples: \(folder.samples(epoch: plan.schedule.epochs))")
  }

  private func runEpoch(_ log: AppendLog) throws {
    let epoch = position.epoch + 1
    let clock = ContinuousClock()
    let start = clock.now
    let images = max(0, plan.data.train.count - position.batch * plan.options.batchSize)
    let training = try trainSteps()
    let rate = Double(images) / (clock.now - start).seconds
    // Only here, so that a first run's first steps do not wait for it.
    do {
      try KernelCache.compile(trainer.validationLists + pictures.lists)
    } catch {
      try writeCheckpoint()
      throw error
    }
    try stopIfAsked()
    let validation = try validate()
    let seconds = (clock.now - start).seconds

    let metrics = trainer.metrics(training: training, validation: validation)
    bar.finishEpoch(
      ProgressLine(
        epoch: epoch, epochs: plan.schedule.epochs, fraction: 1,
        losses: Array(zip(trainer.metricNames, metrics)), imagesPerSecond: rate,
        secondsLeft: seconds * Double(plan.schedule.epochs - epoch)))
    tell(trainer.warning(after: training), epoch)
    let row =
      [String(epoch)] + metrics.map { CSVTable.field($0, digits: 7) }
      + [CSVTable.field(seconds, digits: 4), CSVTable.field(rate, digits: 6)]
    try table.append(row)
    try log.append(CSVTable.line(row))
    try events?.append(Array(zip(table.header, row).dropFirst()), epoch: epoch)
    let title = "\(plan.model.name): losses"
    try AtomicFile.write(lossChart(of: table, title: title).svg, to: folder.lossChart)
    if plan.schedule.drawsSamples(after: epoch) {
      try drawPictures(epoch)
      try writeReport()
    }
    position = TrainingPosition(epoch: epoch)
    try writeCheckpoint(keeping: plan.schedule.keepsCheckpoint(after: epoch))
  }

  /// Runs what is left of the epoch's steps.
  ///
  /// - Returns: The means of its losses.
  private func trainSteps() throws -> [Double] {
    let start = ContinuousClock.now
    let first = position.batch
    try fault?.plant(before: step(after: first) + 1, in: trainer)
    while true {
      let outcome = try trainer.training.run(from: position.batch, pausing: isPauseDue) {
        progress in
        guard bar.isDue() else { return }
        bar.update(line(progress, since: first, seconds: (.now - start).seconds))
      }
      switch outcome {
      case .finished(let losses):
        position.batch = trainer.training.steps
        return losses
      case .paused(let batch):
        position.batch = batch
        let isDue = plan.schedule.checkpointSteps.map { step(after: batch).isMultiple(of: $0) }
        if isDue == true || Interruption.wantsCheckpoint { try writeCheckpoint() }
        try stopIfAsked()
        try fault?.plant(before: step(after: batch) + 1, in: trainer)
      }
    }
  }

  /// The number of steps behind `batch` of them in this epoch.
  private func step(after batch: Int) -> Int { position.epoch * trainer.training.steps + batch }

  private func isPauseDue(_ batch: Int) -> Bool {
    if Interruption.wantsCheckpoint { return true }
    guard batch < trainer.training.steps else { return false }
    let step = step(after: batch)
    return plan.schedule.checkpointSteps.map(step.isMultiple) == true || fault?.step == step + 1
  }

  /// Measures the validation images.
  ///
  /// - Returns: The means of their losses; none for a model that validates nothing.
  private func validate() throws -> [Double] {
    guard let validation = trainer.validation else { return [] }
    switch try validation.run(pausing: { _ in Interruption.signal != nil }) {
    case .finished(let losses): return losses
    case .paused:
      try stopIfAsked()
      return []
    }
  }

  /// Where a signal asks for it, stops with a checkpoint of where the run stands.
  private func stopIfAsked() throws {
    guard let signal = Interruption.signal, position.epoch < plan.schedule.epochs else { return }
    bar.clear()
    if saved != position { try writeCheckpoint() }
    if position.epoch > 0 { try writeReport() }
    throw Interrupted(
      signal: signal,
      description: "stopped as asked; \(lastCheckpoint); go on with: \(commandToResume)")
  }

  private var commandToResume: String {
    // The folder of kernels has to be named again: what runs is never taken from a file.
    let words =
      ["gputrain", "train", plan.model.name, "--resume"] + commandWords("--out", folder.path)
      + (plan.kernelDir.map { commandWords("--kernel-dir", $0) } ?? [])
    return plan.commandToResume ?? shellCommand(words)
  }

  private func line(
    _ progress: EpochProgress, since first: Int, seconds: Double
  ) -> ProgressLine {
    let epoch = position.epoch + 1
    let part = Double(progress.step - first) / Double(progress.steps)
    let epochsLeft = Double(plan.schedule.epochs - epoch)
    let stepsLeft = 1 - Double(progress.step) / Double(progress.steps)
    return ProgressLine(
      epoch: epoch, epochs: plan.schedule.epochs,
      fraction: Double(progress.step) / Double(progress.steps),
      losses: Array(zip(trainer.lossNames, progress.losses)),
      imagesPerSecond: Double(progress.images - first * plan.options.batchSize) / seconds,
      secondsLeft: seconds / part * (stepsLeft + epochsLeft))
  }

  private func tell(_ warning: TrainingWarning?, _ epoch: Int) {
    guard let warning, !told.contains(where: { $0 == warning || $0 == warning.graver }) else {
      return
    }
    told.insert(warning)
    let remedy = warning.presetThatHelps.flatMap { plan.model.settings(of: $0) == nil ? nil : $0 }
    StandardError.print(
      "warning: epoch \(epoch): \(warning)" + (remedy.map { ", or --preset \($0.rawValue)" } ?? ""))
  }

  private func drawPictures(_ epoch: Int) throws {
    let drawing = try pictures.draw(after: step(after: position.batch))
    let sheets = [
      ("samples", drawing.samples, folder.samples(epoch: epoch)),
      ("reconstructions", drawing.reconstructions, folder.reconstructions(epoch: epoch)),
    ]
    for case (let tag, let sheet?, let path) in sheets {
      let png = try sheet.png()
      try AtomicFile.write(png, to: path)
      try events?.append(tag, png: png, of: sheet, epoch: epoch)
    }
    tell(drawing.warning, epoch)
  }

  private func writeReport() throws {
    try RunReport(record, metrics: table, in: folder).write()
  }

  /// Writes where the run stands.
  ///
  /// - Parameter keeping: write it also as the epoch's own, which stays.
  private func writeCheckpoint(keeping: Bool = false) throws {
    let request = Interruption.takeSaveRequest()
    let checkpoint = try Checkpoint(
      of: trainer, at: position, seed: plan.options.seed,
      details: [
        "batch_size": String(plan.options.batchSize), "data_sha256": plan.data.contentHash,
        "learning_rate": String(plan.options.adam.learningRate),
        "discriminator_learning_rate": String(
          plan.options.discriminatorLearningRate ?? plan.options.adam.learningRate),
        "beta1": String(plan.options.adam.beta1),
        "kernels": plan.context.family.rawValue,
        "precision": plan.context.precision.rawValue,
        "convolution": plan.context.convolution.rawValue,
        "tuning": try record.tuning.jsonText(), "ways": try record.ways.jsonText(),
        CheckpointFile.warningsKey: told.map(\.rawValue).sorted().joined(separator: " "),
      ])
    let bytes = try checkpoint.file.encoded()
    // The last one comes last: a run that goes on from it lacks nothing.
    if keeping { try AtomicFile.write(bytes, to: folder.checkpoint(epoch: position.epoch)) }
    try AtomicFile.write(bytes, to: folder.lastCheckpoint)
    saved = position
    if let count = plan.schedule.keep { try folder.keepNewestCheckpoints(count) }
    if let request {
      bar.clear()
      StandardError.print("checkpoint written on \(request): \(lastCheckpoint)")
    }
  }

  /// The last checkpoint, in words.
  private var lastCheckpoint: String { CheckpointFile.describeLast(in: folder) }
}

extension TrainingRun {
  /// Finds out what made a number not finite: takes the training back to its last checkpoint, or to its beginning, and
  /// repeats it up to that step, which gives the same bits.
  ///
  /// - Returns: nil where every tensor is finite this time.
  /// - Throws: `Divergence` where the repetition comes to another one before; `InputError`, `FileError`, `OpenCLError`.
  private func cause(of divergence: Divergence) throws -> DivergenceCause? {
    if divergence.isInValidation, let validation = trainer.validation {
      let batch = (divergence.step - 1) % validation.steps
      try validation.restart(epoch: position.epoch)
      // A run asks for a pause only behind its first step.
      if batch > 0 { _ = try validation.run(pausing: { $0 == batch }) }
      return try DivergenceCause(in: validation.list(after: batch), of: trainer)
    }
    if isRegularFile(folder.lastCheckpoint) {
      let file = try CheckpointFile(path: folder.lastCheckpoint, model: plan.model)
      position = try file.restore(trainer)
    } else {
      position = TrainingPosition()
      try trainer.initialize()
    }
    let steps = trainer.training.steps
    let target = divergence.step - 1
    StandardError.print("\(divergence); looking for the cause")
    while step(after: position.batch) < target {
      try fault?.plant(before: step(after: position.batch) + 1, in: trainer)
      let outcome = try trainer.training.run(
        from: position.batch,
        pausing: { batch in
          step(after: batch) == target || fault?.step == step(after: batch) + 1
            || Interruption.signal != nil
        })
      // What could be saved is: the repetition makes nothing that is kept.
      if let signal = Interruption.signal {
        throw Interrupted(signal: signal, description: "the search was stopped as asked")
      }
      if case .paused(let batch) = outcome {
        position.batch = batch
      } else {
        position = TrainingPosition(epoch: position.epoch + 1)
      }
    }
    try fault?.plant(before: divergence.step, in: trainer)
    return try DivergenceCause(in: trainer.training.list(after: target % steps), of: trainer)
  }
}
