import ArgumentParser
import GPUTensor
import GenerativeModels

/// `gputrain selftest`: whether a device computes what it should.
struct SelftestCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "selftest",
    abstract: "Compares what a device computes with float64, at a model's real shapes.",
    discussion: """
      Every kernel of a training step: \(SelfTestCase.drawn) of its outputs, drawn by a seed, and all borders; at the \
      other shapes of a training fewer of them. Where one is wrong, the exit code is \
      \(ExitStatus.software.rawValue). With --kernel-dir an edited kernel is tested without a rebuild.
      """)

  @Option(
    help: """
      The model: \(ModelName.allValueStrings.joined(separator: ", ")). (default: all of them)
      """)
  var model: ModelName?

  @Option(help: "Images in a batch. (default: the paper's)")
  var batchSize: Int?

  @OptionGroup var deviceOptions: TrainingDeviceOptions

  @Flag(help: "Print one JSON object a model.")
  var json = false

  func validate() throws { try OptionCheck.number(batchSize, .batchSize, "--batch-size") }

  func run() throws {
    let context = try deviceOptions.openContext(profiling: true)
    let tests = try (model.map { [$0.value] } ?? Models.all).map { model in
      try deviceOptions.tune(context, for: model)
      let options = TrainingOptions(for: model, batchSize: batchSize)
      let trainer = try model.recordTraining(
        options, train: max(60_000, options.batchSize),
        validation: max(10_000, options.batchSize), on: context)
      try KernelCache.build(trainer.lists)
      let test = try SelfTest(model.name, trainer.namedLists, on: context)
      try StandardOutput.print(json ? try test.jsonText() : test.table)
      return test
    }
    for test in tests { try test.check() }
  }
}
