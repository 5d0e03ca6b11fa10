import ArgumentParser
import Datasets
import Foundation
import GPUTensor
import GenerativeModels

/// `gputrain train MODEL`
struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train", abstract: "Trains a model and writes a run folder.")

  @Argument(help: "The model: \(ModelName.allValueStrings.joined(separator: ", ")).")
  var model: ModelName

  @OptionGroup var data: TrainingDataOptions

  @Option(help: "Passes over the data. (default: \(Self.defaultEpochs))")
  var epochs: Int?

  @Option(help: "Images in a batch. (default: the paper's)")
  var batchSize: Int?

  @OptionGroup var learning: LearningOptions

  @Option(help: "The seed of everything random. (default: 1)")
  var seed: UInt64?

  @OptionGroup var deviceOptions: TrainingDeviceOptions

  @Option(help: "The run folder. (default: runs/MODEL)", completion: .directory)
  var out: String?

  @Option(help: "Draw samples after every so many epochs, the first and the last. (default: 5)")
  var sampleEvery: Int?

  @Option(
    help: "Keep a checkpoint of every so many epochs; the last is always kept. (default: 10)")
  var checkpointEvery: Int?

  @Option(help: "Write the last checkpoint also within epochs, after every so many steps.")
  var checkpointSteps: Int?

  @Option(help: "Keep only so many of the epochs' checkpoints, the newest. (default: all)")
  var keep: Int?

  @Flag(
    inversion: .prefixedNo,
    help: "Write metrics and pictures for TensorBoard too. (default: --tensorboard)")
  var tensorboard: Bool?

  @Flag(
    help: """
      Go on with the run that is in the folder, as if it had never stopped; options that are not given are the \
      run's own.
      """)
  var resume = false

  @Flag(help: "Replace the run that is in the folder.")
  var overwrite = false

  private static let defaultEpochs = 100

  func validate() throws {
    for (value, option) in [
      (epochs, "--epochs"), (sampleEvery, "--sample-every"),
      (checkpointEvery, "--checkpoint-every"), (checkpointSteps, "--checkpoint-steps"),
      (keep, "--keep"),
    ] {
      if let value { try OptionCheck.positive(value, option) }
    }
    try OptionCheck.batchSize(batchSize)
    try learning.check(for: model.value)
    guard out != "" else { throw ValidationError("--out must name a folder") }
    guard !(resume && overwrite) else {
      throw ValidationError("--resume and --overwrite contradict each other")
    }
  }

  func run() throws {
    try Interruption.watch()
    let folder = RunFolder(path: out ?? "runs/\(model.value.name)")
    try folder.claim(resume ? .resume : overwrite ? .replace : .refuse)
    let begun = resume ? try folder.readRecord(of: model.value.name) : nil
    let checkpoint = begun == nil ? nil : try CheckpointFile.last(in: folder, of: model.value)
    let plan = try makePlan(goingOnWith: begun)
    if let begun { try plan.check(against: begun, in: folder) }
    if let checkpoint, checkpoint.epoch >= plan.schedule.epochs {
      StandardError.print("complete already: \(checkpoint.epoch) epochs, \(checkpoint.path)")
      return
    }
    try plan.check(folder, resumingFrom: checkpoint)
    if let begun { try plan.noteDifferences(from: begun) }
    let run = try TrainingRun(plan, in: folder)
    if let checkpoint {
      try run.resume(from: checkpoint)
    } else {
      if resume { StandardError.print("no checkpoint in \(folder.path) yet: beginning a new run") }
      try run.begin()
    }
  }

  /// What the options ask for: where they are silent, a run that goes on is as it was begun.
  private func makePlan(goingOnWith begun: RunRecord?) throws -> RunPlan {
    let options = TrainingOptions(
      for: model.value, seed: seed ?? begun.flatMap { UInt64($0.seed) } ?? 1,
      batchSize: batchSize ?? begun?.batchSize,
      learning: learning.settings(for: model.value, goingOnWith: begun))
    let schedule = Schedule(
      epochs: epochs ?? begun?.epochs ?? Self.defaultEpochs,
      sampleEvery: sampleEvery ?? begun?.sampleEvery ?? 5,
      checkpointEvery: checkpointEvery ?? begun?.checkpointEvery ?? 10,
      checkpointSteps: checkpointSteps ?? begun?.checkpointSteps, keep: keep ?? begun?.keep)
    let data = data.filled(from: begun)
    let dataset = try data.load()
    guard options.batchSize <= dataset.train.count else {
      throw UsageError(
        description: """
          a batch of \(options.batchSize) is larger than the data: \(dataset.name) has \(dataset.train.count) training \
          images; choose a smaller --batch-size
          """)
    }
    let device = try deviceOptions.filled(from: begun)
    let context = try device.openContext()
    try device.tune(context, for: model.value, goingOnWith: begun)
    return RunPlan(
      model: model.value, options: options, schedule: schedule, data: dataset, limit: data.limit,
      dataDir: data.data.dataDir, kernelDir: device.device.kernelDir,
      context: context, tensorboard: tensorboard ?? begun?.tensorboard ?? true,
      preset: learning.namedPreset)
  }
}
