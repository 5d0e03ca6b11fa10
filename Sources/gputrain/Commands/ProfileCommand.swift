import ArgumentParser
import GPUTensor
import Models

/// `gputrain profile MODEL`: where the time of a training step goes.
struct ProfileCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "profile", abstract: "Times every kernel of a model's training step.")

  @Argument(help: "The model: \(ModelName.allValueStrings.joined(separator: ", ")).")
  var model: ModelName

  @Option(help: "Timed steps.")
  var steps = 20

  @Option(help: "Images in a batch. (default: the paper's)")
  var batchSize: Int?

  @OptionGroup var deviceOptions: DeviceOptions

  @Flag(help: "Print one JSON object.")
  var json = false

  func validate() throws {
    guard (1...10_000).contains(steps) else {
      throw ValidationError("--steps must be between 1 and 10000.")
    }
    try OptionCheck.batchSize(batchSize)
  }

  func run() throws {
    let context = try deviceOptions.openContext(profiling: true)
    let options = TrainingOptions(for: model.type, batchSize: batchSize)
    let benchmark = try Benchmark(model.type, options, steps: 1, on: context)
    let profile = try Profile(
      of: benchmark.trainer, batch: options.batchSize, steps: steps, on: context)
    try StandardOutput.print(json ? try profile.jsonText() : profile.table)
  }
}
