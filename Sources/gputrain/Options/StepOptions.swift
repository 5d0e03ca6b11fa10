import ArgumentParser
import GPUTensor
import GenerativeModels

/// The training step that a command measures, the device, and the form of the answer.
struct StepOptions: ParsableArguments {
  @Argument(help: "\(ModelName.help)")
  var model: ModelName

  @Option(help: "Images in a batch. (default: the model's)")
  var batchSize: Int?

  @Option(help: "Parts of a batch whose gradients are computed one after another. (default: 1)")
  var shards: Int?

  @OptionGroup var deviceOptions: TrainingDeviceOptions

  @Flag(help: "Print one JSON object.")
  var json = false

  func validate() throws {
    try OptionCheck.number(batchSize, .batchSize, "--batch-size")
    try OptionCheck.number(shards, .batchSize, "--shards")
    guard let shards else { return }
    let batch = try training.batchSize
    if let fault = RunSettings.fault(shards: shards, batchSize: batch) {
      throw ValidationError(fault)
    }
  }

  /// Opens the device with the variants that are tuned for the model.
  ///
  /// - Parameter profiling: Whether kernels are timed.
  /// - Throws: What `ModelName.value` and `DeviceOptions.openContext` throw; `KernelSourceError`.
  func openContext(profiling: Bool = false) throws -> Context {
    let model = try model.value
    let context = try deviceOptions.openContext(profiling: profiling)
    try deviceOptions.tune(context, for: model)
    return context
  }

  /// The options of the model's training.
  ///
  /// - Throws: What `ModelName.value` throws.
  var training: TrainingOptions {
    get throws { TrainingOptions(for: try model.value, batchSize: batchSize, shards: shards ?? 1) }
  }

  /// Prints a result as JSON or as a table.
  func print(_ result: some Encodable, table: String) throws {
    try StandardOutput.print(json ? try result.jsonText() : table)
  }
}
