import ArgumentParser
import GPUTensor
import GenerativeModels

/// `gputrain bench MODEL`: times a training step.
struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Times the training step of a model, exactly as `train` runs it.",
    discussion: "Draws synthetic digits of the size of the model's images, so any size is possible."
  )

  @OptionGroup var step: StepOptions

  @Option(help: "Timed steps.")
  var steps = 100

  func validate() throws {
    guard (1...100_000).contains(steps) else {
      throw ValidationError("--steps must be between 1 and 100000")
    }
    // A file that cannot be used is reported when the command runs.
    let batch = (try? step.training)?.batchSize ?? 1
    let most = Benchmark.maximumImages(of: (try? step.model.value)?.imageShape)
    guard steps * batch <= most else {
      throw ValidationError("--steps times --batch-size must be at most \(most) images")
    }
  }

  func run() throws {
    let context = try step.openContext()
    let result = try Benchmark(
      try step.model.value, try step.training, steps: steps, on: context
    ).run()
    try step.print(result, table: result.table)
  }
}
