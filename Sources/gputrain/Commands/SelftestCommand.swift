import ArgumentParser
import Datasets
import GPUTensor
import GenerativeModels

/// `gputrain selftest`: checks that a device computes correctly.
struct SelftestCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "selftest",
    abstract: "Compares a device's results with float64, at a model's real shapes.",
    discussion: """
      Compares \(SelfTestCase.drawn) outputs of every kernel of a training step, drawn by a seed, \
      and all borders; at the other shapes of a training, fewer of them. If one is wrong, the exit \
      code is \(ExitStatus.software.rawValue). With --kernel-dir, edited kernels are tested \
      without a rebuild.
      """)

  @Option(
    help: """
      \(ModelName.help) (default: the four of the paper)
      """)
  var model: ModelName?

  @Option(help: "Images in a batch. (default: the model's)")
  var batchSize: Int?

  @OptionGroup var deviceOptions: TrainingDeviceOptions

  @Flag(help: "Print a JSON object for each model, each on a line.")
  var json = false

  func validate() throws { try OptionCheck.number(batchSize, .batchSize, "--batch-size") }

  func run() throws {
    let models = try model.map { [try $0.value] } ?? Models.paper
    let context = try deviceOptions.openContext(profiling: true)
    let tests = try models.map { model in
      try deviceOptions.tune(context, for: model)
      let options = TrainingOptions(for: model, batchSize: batchSize)
      let trainer = try RecordedTraining(
        model, options, train: model.images(like: 60_000, options),
        validation: model.images(like: 10_000, options), on: context
      ).trainer
      try KernelCache.build(trainer.lists)
      let test = try SelfTest(model.name, trainer.namedLists, on: context)
      try StandardOutput.print(json ? try test.jsonText() : test.table)
      return test
    }
    for test in tests { try test.check() }
  }
}

extension GenerativeModel {
  /// Returns a number of images for full batches and the last batch of `count` images. It is
  /// `count` itself for images of MNIST's shape; larger ones would take gigabytes.
  fileprivate func images(like count: Int, _ options: TrainingOptions) -> Int {
    let batch = options.batchSize
    return imageShape == .mnist ? max(count, batch) : batch + count % batch
  }
}
