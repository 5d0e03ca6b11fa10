import ArgumentParser
import Datasets
import Foundation
import GPUTensor
import Models

/// `gputrain train MODEL`
struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train", abstract: "Trains a model and writes a run folder.")

  @Argument(help: "The model: \(ModelName.allValueStrings.joined(separator: ", ")).")
  var model: ModelName

  @OptionGroup var data: TrainingDataOptions

  @Option(help: "Passes over the data.")
  var epochs = 100

  @Option(help: "Images in a batch. (default: the paper's)")
  var batchSize: Int?

  @Option(help: "Adam's learning rate. (default: the paper's)")
  var learningRate: Double?

  @Option(help: "The seed of everything random.")
  var seed: UInt64 = 1

  @OptionGroup var deviceOptions: TrainingDeviceOptions

  @Option(help: "The run folder. (default: runs/MODEL)")
  var out: String?

  @Option(help: "Draw samples after every so many epochs, the first and the last.")
  var sampleEvery = 5

  @Option(help: "Keep a checkpoint of every so many epochs; the last is always kept.")
  var checkpointEvery = 10

  @Flag(help: "Replace the run that is in the folder.")
  var overwrite = false

  func validate() throws {
    try OptionCheck.positive(epochs, "--epochs")
    try OptionCheck.positive(sampleEvery, "--sample-every")
    try OptionCheck.positive(checkpointEvery, "--checkpoint-every")
    try OptionCheck.batchSize(batchSize)
    try OptionCheck.learningRate(learningRate)
    guard out != "" else { throw ValidationError("--out must name a folder.") }
  }

  func run() throws {
    let options = TrainingOptions(
      for: model.type, seed: seed, batchSize: batchSize, learningRate: learningRate)
    let folder = RunFolder(path: out ?? "runs/\(model.type.name)")
    try folder.check(overwrite: overwrite)
    let dataset = try data.load()
    guard options.batchSize <= dataset.train.count else {
      throw UsageError(
        description: """
          --batch-size \(options.batchSize) is larger than the data: \(dataset.name) has \
          \(dataset.train.count) training images
          """)
    }
    let context = try deviceOptions.openContext()
    let schedule = Schedule(
      epochs: epochs, sampleEvery: sampleEvery, checkpointEvery: checkpointEvery)
    let run = try TrainingRun(
      model.type, options, schedule: schedule, data: dataset, folder: folder, on: context)
    let record = RunRecord(
      model.type, options, schedule, data: dataset, context: context,
      otherOptions: data.otherOptions() + deviceOptions.otherOptions)
    try folder.prepare(record: try record.jsonText(pretty: true) + "\n")
    try run.run()
  }
}
