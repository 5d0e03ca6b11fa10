import Files
import GenerativeModels

/// Finds what made a number infinite or NaN, by repeating the training up to that step from the
/// last checkpoint, or from the beginning. The repetition gives the same bits.
struct DivergenceSearch {
  let plan: RunPlan
  let folder: RunFolder
  let trainer: any Trainer
  let fault: PlantedFault?

  /// Searches for the cause of a divergence in the epoch after `position`.
  ///
  /// - Returns: The cause; nil if every tensor is finite this time.
  /// - Throws: `Divergence` if the repetition diverges earlier; `Interrupted` on a signal;
  ///   `InputError`, `FileError`, `OpenCLError`.
  func cause(of divergence: Divergence, after position: TrainingPosition) throws -> DivergenceCause?
  {
    if divergence.isInValidation, let validation = trainer.validation {
      let batch = (divergence.step - 1) % validation.steps
      try validation.restart(epoch: position.epoch)
      // The runner asks for a pause only after the first step.
      if batch > 0 { _ = try validation.run(pausing: { $0 == batch }) }
      return try DivergenceCause(in: validation.preparedList(after: batch), of: trainer)
    }
    StandardError.print("\(divergence); looking for the cause")
    let target = divergence.step - 1
    try repeatSteps(to: target, from: try restart())
    try fault?.plant(before: divergence.step, in: trainer)
    let batch = target % trainer.training.steps
    return try DivergenceCause(in: trainer.training.preparedList(after: batch), of: trainer)
  }

  /// Takes the training back to its last checkpoint, or to its beginning.
  private func restart() throws -> TrainingPosition {
    guard isRegularFile(folder.lastCheckpoint) else {
      try trainer.initialize()
      return TrainingPosition()
    }
    return try CheckpointFile(path: folder.lastCheckpoint, model: plan.model).restore(trainer)
  }

  /// Trains until `target` steps of the run are done.
  private func repeatSteps(to target: Int, from start: TrainingPosition) throws {
    var position = start
    let steps = trainer.training.steps
    while position.step(of: steps) < target {
      try fault?.plant(before: position.step(of: steps) + 1, in: trainer)
      let epoch = position.epoch
      let outcome = try trainer.training.run(
        from: position.batch,
        pausing: { batch in
          let step = TrainingPosition(epoch: epoch, batch: batch).step(of: steps)
          return step == target || fault?.step == step + 1 || Interruption.signal != nil
        })
      // The repetition produces nothing that is kept.
      if let signal = Interruption.signal {
        throw Interrupted(signal: signal, description: "the search was stopped as asked")
      }
      if case .paused(let batch) = outcome {
        position.batch = batch
      } else {
        position = TrainingPosition(epoch: epoch + 1)
      }
    }
  }
}
