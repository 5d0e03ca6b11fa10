import Datasets
import GPUTensor
import TestSupport
import Testing

@testable import Evaluation
@testable import GenerativeModels

/// A training has the same bits if its images lie in one buffer, in several, or are streamed.
@Suite struct ImagePlacementTests {
  /// A model with small buffers, so that limits of a device apply to the images alone.
  private static func narrow(labels: Int = 0) throws -> VAE {
    try VAE(
      name: "narrow-vae",
      encoder: Network(prefix: "encoder", input: 28, 28, 1, labels: labels) { Linear("fc", to: 4) },
      decoder: Network(prefix: "decoder", input: 2, labels: labels) {
        Linear("fc", to: 784); Sigmoid(); Reshape(28, 28, 1)
      }, batchSize: 8, learningRate: 1e-2)
  }

  /// 101 images to train on, the last of them in a short batch, and 37 to validate on.
  private static let data = SyntheticDigits.make(trainCount: 101, validationCount: 37)

  /// The metrics of two epochs, the parameters after them, and the trainer.
  private func run(
    _ model: any GenerativeModel, limits: (memory: Int, buffer: Int) = (.max, .max)
  ) throws -> (state: [[UInt32]], metrics: [[UInt64]], trainer: any Trainer) {
    let context = try testContext(limits: limits)
    let trainer = try RecordedTraining(
      model, TrainingOptions(for: model), on: Self.data, context: context
    ).trainer
    try CommandList.compile(trainer.lists)
    try trainer.initialize()
    let metrics = try (0..<2).map { _ in try trainer.trainEpoch().map(\.bitPattern) }
    let parameters = trainer.parameterSets.flatMap(\.parameters)
    return (try parameters.map { try $0.value.words() }, metrics, trainer)
  }

  @Test func imagesThatExceedTheLargestBufferAreSplit() throws {
    let model = try Self.narrow()
    let whole = try run(model)
    let split = try run(model, limits: (.max, 40_000))
    #expect(whole.trainer.training.store.images.map(\.rows) == [101])
    #expect(split.trainer.training.store.images.map(\.rows) == [51, 50])
    #expect(split.state == whole.state)
    #expect(split.metrics == whole.metrics)
  }

  @Test func imagesThatDoNotFitTheMemoryAreStreamed() throws {
    let model = try Self.narrow(labels: 10)
    let whole = try run(model)
    let memory = whole.trainer.training.step.context.memory
    let needed = memory.current + (memory.kinds[.images] ?? 0)
    let streamed = try run(model, limits: (needed, .max))
    #expect(!whole.trainer.training.store.isStreamed)
    #expect(streamed.trainer.training.store.isStreamed)
    #expect(streamed.state == whole.state)
    #expect(streamed.metrics == whole.metrics)
    // A sixteenth is left to what comes later.
    let enough = try run(model, limits: ((needed + 14) / 15 * 16, .max))
    #expect(!enough.trainer.training.store.isStreamed)
  }

  @Test(arguments: [GAN.tiny, VAE.tiny] as [any GenerativeModel])
  func aStreamedTrainingResumesAtAnyStep(model: any GenerativeModel) throws {
    // More steps than a stream has slots.
    let steps = 20
    let whole = try ShortRun(model, steps: steps)
    let metrics = try (0..<2).map { _ in try whole.trainer.trainEpoch().map(\.bitPattern) }
    let streamed = try ShortRun(model, steps: steps, isStreamed: true)
    #expect(try streamed.trainer.trainEpoch().map(\.bitPattern) == metrics[0])
    for batch in [0, 1, steps - 1, steps] {
      let position = TrainingPosition(epoch: 1, batch: batch)
      if batch > 0 {
        #expect(try streamed.trainer.training.run(pausing: { $0 == batch }) == .paused(batch))
      }
      let checkpoint = try Checkpoint(of: streamed.trainer, at: position, seed: 1, details: [:])
      // The stream is elsewhere: in a first epoch.
      let other = try ShortRun(model, steps: steps, isStreamed: true)
      _ = try other.trainer.training.run(pausing: { $0 == 3 })
      #expect(try checkpoint.restore(other.trainer) == position)
      #expect(try other.trainer.trainEpoch(from: batch).map(\.bitPattern) == metrics[1])
      #expect(try other.state() == whole.state(), "after \(batch) steps")
      try streamed.trainer.initialize()
      _ = try streamed.trainer.trainEpoch()
    }
  }

  /// The search for the cause of a divergence runs the list of a step by itself.
  @Test func aPreparedListHasItsBatch() throws {
    let (whole, streamed) = (
      try ShortRun(VAE.tiny, steps: 3), try ShortRun(VAE.tiny, steps: 3, isStreamed: true)
    )
    for batch in 0..<3 {
      for run in [whole, streamed] { try run.trainer.training.preparedList(after: batch).run() }
      #expect(try streamed.state() == whole.state(), "step \(batch)")
    }
  }

  /// A classifier shifts its images, and an evaluation compares tiles of them.
  @Test func anEvaluationStreams() throws {
    let model = TinyClassifier()
    let count = NeighbourSearch.tile + 9
    let pixels = (0..<count * 16).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 5) }
    func measure(
      isStreamed: Bool, memory: Int = .max
    ) throws -> (metrics: ImageMetrics, losses: [Double], memory: Int) {
      let context = try testContext(limits: (memory, .max))
      let store = ImageStore(
        context, ImageStore.Layout(count: 8, pixels: 16, isStreamed: isStreamed), batchSize: 3,
        label: "images")
      try store.upload(Pixels(Array(pixels.prefix(8 * 16))), labels: [0, 1, 2, 0, 1, 2, 0, 1])
      let trainer = try ClassifierTrainer(
        model, seed: 3, train: store, validation: store, on: context)
      let evaluator = try ImageEvaluator(
        model, trainer.parameterSets[0], training: pixels, count: 5, on: context)
      #expect(evaluator.streamsImages == isStreamed)
      try trainer.initialize()
      let losses = try (1...model.epochs).flatMap { try trainer.trainEpoch($0).metrics }
      let images = pixels.suffix(5 * 16).map { Float($0) / 255 }
      let result = try evaluator.measure(images, beside: try evaluator.reference())
      return (result.metrics, losses, context.memory.current)
    }
    let whole = try measure(isStreamed: false)
    let streamed = try measure(isStreamed: true, memory: whole.memory)
    #expect(streamed.metrics == whole.metrics)
    #expect(streamed.losses == whole.losses)
    #expect(whole.metrics.nearestTrainingDistance == 0, "the images are among the compared ones")
  }
}
