import GPUTensor
import SafeTensors
import TestSupport
import Testing

@testable import GenerativeModels

/// A training that resumes from a checkpoint gives the same bits as one without an interruption.
@Suite struct ResumeTests {
  private static let steps = 3

  /// A checkpoint as another program would read it.
  private func checkpoint(
    _ run: ShortRun, at position: TrainingPosition
  ) throws -> Checkpoint {
    let written = try Checkpoint(of: run.trainer, at: position, seed: 1, details: [:])
    return Checkpoint(file: try SafeTensorsFile(parsing: try written.file.encoded()))
  }

  @Test(arguments: Models.paper)
  func resumesAtAnyStep(model: any GenerativeModel) throws {
    let whole = try ShortRun(model, steps: Self.steps)
    let metrics = try (0..<2).map { _ in try whole.trainer.trainEpoch().map(\.bitPattern) }
    let state = try whole.state()

    // In the second epoch: before its first step, between steps, and when only validation is
    // missing.
    for batch in 0...Self.steps {
      let cut = try ShortRun(model, steps: Self.steps)
      _ = try cut.trainer.trainEpoch()
      if batch > 0 {
        #expect(try cut.trainer.training.run(pausing: { $0 == batch }) == .paused(batch))
      }
      let checkpoint = try checkpoint(cut, at: TrainingPosition(epoch: 1, batch: batch))

      // The trainer has another seed and has trained an epoch, which the checkpoint must replace.
      let resumed = try ShortRun(model, steps: Self.steps)
      _ = try resumed.trainer.trainEpoch()
      let position = try checkpoint.restore(resumed.trainer)
      #expect(position == TrainingPosition(epoch: 1, batch: batch))
      let row = try resumed.trainer.trainEpoch(from: batch)
      #expect(row.map(\.bitPattern) == metrics[1], "after \(batch) steps")
      #expect(try resumed.state() == state, "after \(batch) steps")
    }
  }

  @Test func aCheckpointThatDoesNotFitIsRefusedAndChangesNothing() throws {
    let run = try ShortRun(VAE.linear, steps: Self.steps)
    #expect(try run.trainer.training.run(pausing: { $0 == 1 }) == .paused(1))
    let good = try checkpoint(run, at: TrainingPosition(epoch: 0, batch: 1))
    let before = try run.state()
    func refused(_ words: String, _ change: (inout SafeTensorsFile) -> Void) throws {
      var file = good.file
      change(&file)
      let error = #expect(throws: CheckpointError.self) {
        try Checkpoint(file: file).restore(run.trainer)
      }
      #expect(error?.description.contains(words) == true, "\(String(describing: error))")
    }
    try refused("it belongs to 'dcgan'") { $0.metadata["model"] = "dcgan" }
    try refused("belongs to 'no model'") { $0.metadata["model"] = nil }
    let nowhere = "does not say at which step its training stopped"
    for (key, values) in ["step": ["", "-1", "4", "99999999999999999999"], "epoch": ["x", "1"]] {
      for value in values { try refused(nowhere) { $0.metadata[key] = value } }
      try refused(nowhere) { $0.metadata[key] = nil }
    }
    let losses = "does not hold the losses of its epoch"
    for value in [nil, "", "0 0", "0 0 0 0 0 0 0 zz", "0 0 0 0 0 0 0 100000000"] {
      try refused(losses) { $0.metadata["epoch_losses"] = value }
    }
    try refused("no tensor 'optimizer.exp_avg.encoder.0.weight'") { file in
      file.tensors.removeAll { $0.name == "optimizer.exp_avg.encoder.0.weight" }
    }
    try refused("'decoder.4.bias' is F64, and a training resumes only from F32") { file in
      for index in file.tensors.indices where file.tensors[index].name == "decoder.4.bias" {
        file.tensors[index].elementType = .float64
      }
    }
    #expect(try run.state() == before)
    _ = try good.restore(run.trainer)
  }

  @Test func aNumberThatIsNotFiniteIsNeverWritten() throws {
    let run = try ShortRun(VAE.linear, steps: Self.steps)
    let parameters = run.trainer.parameterSets.flatMap(\.parameters)
    for tensor in [parameters[2].value, parameters[3].firstMoment, parameters[4].secondMoment] {
      let values = try tensor.floats()
      try tensor.write(values.dropLast() + [.infinity])
      #expect(throws: Divergence.self) { try checkpoint(run, at: TrainingPosition()) }
      try tensor.write(values)
    }
    _ = try checkpoint(run, at: TrainingPosition())
  }
}
