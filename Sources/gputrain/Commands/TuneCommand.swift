import ArgumentParser
import Datasets
import GPUTensor
import GenerativeModels

/// `gputrain tune`: finds the fastest variant of each operation on this device.
struct TuneCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tune",
    abstract: "Measures the variants of a model's products and convolutions.",
    discussion: """
      Compares each variant with the default one, at exactly the shapes of the training steps on \
      MNIST, including the short last batch and validation. Variants that are faster are kept in \
      the cache folder for this device, driver and set of kernels, and are used by all trainings \
      that begin later. A run that is resumed keeps the variants that it began with. \
      train --no-tuning ignores what is kept.
      """)

  @Argument(
    help: """
      \(ModelName.help) (default: the four of the paper)
      """)
  var model: ModelName?

  @Option(help: "Seconds for each model; at least one more variant of each operation is tried.")
  var seconds = 120

  @Option(help: "Images in a batch. (default: the model's)")
  var batchSize: Int?

  @OptionGroup var deviceOptions: DeviceOptions
  @OptionGroup var precision: PrecisionOptions

  @Option(help: "How convolutions are computed: auto, direct or winograd. (default: auto)")
  var convolution: ConvolutionMethod = .auto

  @Flag(help: "Print a JSON object for each model, each on a line.")
  var json = false

  func validate() throws {
    try OptionCheck.number(batchSize, .batchSize, "--batch-size")
    try OptionCheck.number(seconds, .count, "--seconds")
  }

  func run() throws {
    let models = try model.map { [try $0.value] } ?? Models.paper
    let context = try deviceOptions.openContext(
      convolution: convolution, precision: precision.resolved(with: deviceOptions.kernels),
      profiling: true)
    for model in models {
      let result = try tune(model, on: context)
      let file = try TuningFile(model, on: context)
      let report = try TuningReport(result, of: file, batch: training(model).batchSize)
      try StandardOutput.print(json ? try report.jsonText() : report.table)
      // Keeps the results at other shapes.
      let others = try file.loaded().variants.filter { variant in
        !result.findings.contains { $0.operation == variant.key }
      }
      try file.with(others.merging(result.tuning) { $1 }).write()
    }
  }

  private func training(_ model: any GenerativeModel) -> TrainingOptions {
    TrainingOptions(for: model, batchSize: batchSize)
  }

  private func tune(
    _ model: any GenerativeModel, on context: Context
  ) throws -> Tuner.Result {
    let options = training(model)
    // Enough images for a full batch and for MNIST's last one.
    func store(like images: Int, _ label: String) throws -> ImageStore {
      let count = options.batchSize + images % options.batchSize
      return try ImageStore(
        context, pixels: model.syntheticImages(count), labels: model.cycledLabels(count),
        batchSize: options.batchSize, label: label)
    }
    let tuner = try Tuner(on: context) {
      let trainer = try model.makeTrainer(
        options, train: try store(like: 60_000, "training images"),
        validation: try store(like: 10_000, "validation images"), on: context)
      try trainer.initialize()
      return Tuner.Subject(trainer.training.lists + trainer.validationLists) {
        try trainer.training.restart(epoch: 0)
        try trainer.validation?.restart(epoch: 0)
      }
    }
    return try tuner.run(seconds: Double(seconds)) { round, rounds in
      StandardError.print("\(model.name): round \(round) of at most \(rounds)")
    }
  }
}
