import ArgumentParser
import Files
import GPUTensor
import GenerativeModels

/// `gputrain profile MODEL`: times the kernels of a training step.
struct ProfileCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "profile", abstract: "Times every kernel of a model's training step.",
    discussion: """
      Uses the device's own clock. Lists each launch, then the sums by layer, by phase and by \
      kernel, with rates and how near they come to the device's measured peaks. With --kernel-dir, \
      edited kernels are timed without a rebuild.
      """)

  @OptionGroup var step: StepOptions

  @Option(help: "Timed steps.")
  var steps = 20

  @Option(
    help: "A file for the steps as a trace, which Perfetto and chrome://tracing open: FILE.json.",
    completion: .file(extensions: ["json"]))
  var trace: String?

  func validate() throws {
    try OptionCheck.file(trace, "--trace", ending: ".json")
    guard (1...10_000).contains(steps) else {
      throw ValidationError("--steps must be between 1 and 10000")
    }
  }

  func run() throws {
    if let trace { try AtomicFile.check(trace) }
    let context = try step.openContext(profiling: true)
    let options = try step.training
    let benchmark = try Benchmark(try step.model.value, options, steps: 1, on: context)
    let profile = try Profile(
      of: benchmark.trainer, batch: options.batchSize, steps: steps, on: context)
    if let trace {
      try AtomicFile.write(try profile.trace.json(), to: trace)
      StandardError.print("trace: \(trace)")
    }
    try step.print(profile, table: profile.table)
  }
}
