import ArgumentParser
import Datasets
import Foundation
import GPUTensor
import Models

/// `gputrain bench MODEL`: how long a training step takes.
struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Times the training step of a model, exactly as `train` runs it.")

  @Argument(help: "The model: \(ModelName.allValueStrings.joined(separator: ", ")).")
  var model: ModelName

  @Option(help: "Timed steps.")
  var steps = 100

  @Option(help: "Images in a batch. (default: the paper's)")
  var batchSize: Int?

  @OptionGroup var deviceOptions: DeviceOptions

  @Flag(help: "Print one JSON object.")
  var json = false

  func validate() throws {
    guard (1...100_000).contains(steps) else {
      throw ValidationError("--steps must be between 1 and 100000.")
    }
    try OptionCheck.batchSize(batchSize)
    let images = steps * (batchSize ?? model.type.batchSize)
    guard images <= Benchmark.maximumImages else {
      throw ValidationError(
        "--steps times --batch-size must be at most \(Benchmark.maximumImages) images.")
    }
  }

  func run() throws {
    let context = try deviceOptions.openContext()
    let options = TrainingOptions(for: model.type, batchSize: batchSize)
    let result = try Benchmark(model.type, options, steps: steps, on: context).run()
    if json {
      try StandardOutput.print(try result.jsonText())
    } else {
      try StandardOutput.print(result.table)
    }
  }
}
