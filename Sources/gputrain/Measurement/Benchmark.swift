import Datasets
import Foundation
import GPUTensor
import GenerativeModels
import Images

/// Times training steps on synthetic digits.
struct Benchmark {
  let trainer: any Trainer
  private let options: TrainingOptions
  private let steps: Int
  private let context: Context

  /// Returns the most images of an epoch: they take 0.8 GB of device memory. `shape` is that of an
  /// image, by default MNIST's.
  static func maximumImages(of shape: ImageShape?) -> Int {
    1_000_000 * ImageShape.mnist.elements / (shape ?? .mnist).elements
  }

  /// The result: the fields of `--json`, there in snake case. Times are in milliseconds.
  struct Result: Encodable {
    let model: String
    let device: String
    let precision: String
    let batch: Int
    let steps: Int
    /// Seconds from the process's start to the end of its first step; nil if the system does not
    /// say.
    let firstStepS: Double?
    /// The time of a step that runs alone, from its enqueue to its completion.
    let medianMs: Double
    let minMs: Double
    let maxMs: Double
    /// The time of a step if all are enqueued one after another, as in training.
    let pipelinedMs: Double
    /// The speed at the pipelined time.
    let imagesPerSecond: Double
    /// Billions of floating-point operations a second, at the pipelined time.
    let gflops: Double
    let launchesPerStep: Int
    /// A mean over the pipelined steps, including the reads of the losses.
    let hostTransfersPerStep: Double
    /// The most device memory that was in use.
    let peakDeviceBytes: Int
  }

  /// Prepares a training whose epoch has `steps` full batches.
  init(
    _ model: any GenerativeModel, _ options: TrainingOptions, steps: Int, on context: Context
  ) throws {
    self.options = options
    self.steps = steps
    self.context = context
    // A few thousand different images are enough; an epoch of many steps sees them again.
    let count = steps * options.batchSize
    let digits = model.syntheticImages(min(count, 4096))
    let size = model.imageShape.elements
    let pixels = (0..<count).flatMap { image -> ArraySlice<UInt8> in
      let start = image * size % digits.count
      return digits[start..<start + size]
    }
    let store = try ImageStore(
      context, pixels: pixels, labels: model.cycledLabels(count), batchSize: options.batchSize,
      label: "bench images")
    trainer = try model.makeTrainer(options, train: store, validation: store, on: context)
  }

  /// Warms up, then times the steps one by one, then all of them as an epoch.
  func run() throws -> Result {
    try KernelCache.compile(trainer.trainingLists)
    try trainer.initialize()
    try trainer.training.step.run()
    try context.finish()
    let firstStep = ProcessInfo.processInfo.secondsSinceStart
    // Finishes the epoch, so that the timed steps begin with a new one.
    try trainer.training.runEpoch(from: 1)
    let single = try (0..<steps).map { _ in
      try milliseconds {
        try trainer.training.step.run()
        try context.finish(sleeping: false)
      }
    }
    let transfers = context.transfers.count
    let pipelined = try milliseconds { try trainer.training.runEpoch() } / Double(steps)
    return Result(
      model: trainer.modelName, device: context.device.name,
      precision: context.precision.rawValue, batch: options.batchSize, steps: steps,
      firstStepS: firstStep,
      medianMs: median(single), minMs: single.min() ?? 0, maxMs: single.max() ?? 0,
      pipelinedMs: pipelined, imagesPerSecond: Double(options.batchSize) / pipelined * 1e3,
      gflops: Double(trainer.training.step.flops) / pipelined / 1e6,
      launchesPerStep: trainer.training.step.launches.count,
      hostTransfersPerStep: Double(context.transfers.count - transfers) / Double(steps),
      peakDeviceBytes: context.memory.peak)
  }

  private func milliseconds(_ body: () throws -> Void) rethrows -> Double {
    try ContinuousClock().measure(body).seconds * 1e3
  }
}

extension Benchmark.Result {
  /// The result as a table.
  var table: String {
    func number(_ value: Double) -> String { String(format: "%.3f", value) }
    let firstStep = firstStepS.map { String(format: "%.2f s after the start", $0) } ?? "unknown"
    return """
      \(heading("\(model), batch \(batch), \(steps) steps", on: device, ", \(precision)"))
        first step done  \(firstStep)
        step, alone      \(number(medianMs)) ms (\(number(minMs)) … \(number(maxMs)))
        step, pipelined  \(number(pipelinedMs)) ms
        images/s         \(Int(imagesPerSecond))
        GFLOP/s          \(String(format: "%.1f", gflops))
        launches/step    \(launchesPerStep)
        transfers/step   \(number(hostTransfersPerStep))
        device memory    \(String(format: "%.1f", Double(peakDeviceBytes) / 1e6)) MB
      """
  }
}
