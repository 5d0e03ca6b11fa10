import Datasets
import GPUTensor
import TestSupport

@testable import GenerativeModels

/// A model that is ready to train on few images: batches of two, and a last one of one.
struct ShortRun {
  let context: Context
  let trainer: any Trainer
  let steps: Int

  /// Makes a run with `steps` steps an epoch, and draws its parameters. Its images may be streamed.
  init(
    _ model: any GenerativeModel, seed: UInt64 = 1, shards: Int = 1, steps: Int,
    isStreamed: Bool = false, on context: Context? = nil
  ) throws {
    let context = try context ?? testContext()
    self.context = context
    self.steps = steps
    let options = TrainingOptions(for: model, seed: seed, batchSize: 2, shards: shards)
    let count = 2 * steps - 1
    let size = model.imageShape.elements
    let pixels = (0..<count * size).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ $0 / size) }
    let store = ImageStore(
      context,
      ImageStore.Layout(
        count: count, pixels: size, isLabelled: model.labels > 0, isStreamed: isStreamed),
      batchSize: 2, label: "images")
    try store.upload(Pixels(pixels), labels: (0..<count).map { UInt8($0 % max(1, model.labels)) })
    trainer = try model.makeTrainer(options, train: store, validation: store, on: context)
    try CommandList.compile(trainer.lists)
    try trainer.initialize()
  }

  /// The bits of all parameters and of Adam's moments, in their order.
  func state() throws -> [[UInt32]] {
    try trainer.parameterSets.flatMap(\.parameters).flatMap { parameter in
      try [parameter.value, parameter.firstMoment, parameter.secondMoment].map { try $0.words() }
    }
  }
}

extension Trainer {
  /// Trains for the rest of an epoch after `done` steps, and validates.
  ///
  /// - Returns: The epoch's metrics.
  func trainEpoch(from done: Int = 0) throws -> [Double] {
    metrics(
      training: try training.runEpoch(from: done), validation: try validation?.runEpoch() ?? [])
  }
}
