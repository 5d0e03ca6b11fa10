import ArgumentParser
import GPUTensor
import Models

/// `gputrain profile MODEL`: where the time of a training step goes.
struct ProfileCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "profile", abstract: "Times every kernel of a model's training step.")

  @OptionGroup var step: StepOptions

  @Option(help: "Timed steps.")
  var steps = 20

  func validate() throws {
    guard (1...10_000).contains(steps) else {
      throw ValidationError("--steps must be between 1 and 10000.")
    }
  }

  func run() throws {
    let context = try step.deviceOptions.openContext(profiling: true)
    let options = step.training
    let benchmark = try Benchmark(step.model.type, options, steps: 1, on: context)
    let profile = try Profile(
      of: benchmark.trainer, batch: options.batchSize, steps: steps, on: context)
    try step.print(profile, table: profile.table)
  }
}
