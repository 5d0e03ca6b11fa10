import ArgumentParser
import GPUTensor
import GenerativeModels

/// Which training step a command measures, on which device, and how it answers.
struct StepOptions: ParsableArguments {
  @Argument(help: "The model: \(ModelName.allValueStrings.joined(separator: ", ")).")
  var model: ModelName

  @Option(help: "Images in a batch. (default: the paper's)")
  var batchSize: Int?

  @OptionGroup var deviceOptions: TrainingDeviceOptions

  @Flag(help: "Print one JSON object.")
  var json = false

  func validate() throws { try OptionCheck.number(batchSize, .batchSize, "--batch-size") }

  /// Opens the device with what is tuned for the model.
  ///
  /// - Parameter profiling: whether kernels are timed.
  /// - Throws: as `DeviceOptions.openContext`; `KernelSourceError`.
  func openContext(profiling: Bool = false) throws -> Context {
    let context = try deviceOptions.openContext(profiling: profiling)
    try deviceOptions.tune(context, for: model.value)
    return context
  }

  /// The model's settings with these options.
  var training: TrainingOptions { TrainingOptions(for: model.value, batchSize: batchSize) }

  /// Prints a result in the form that was asked for.
  func print(_ result: some Encodable, table: String) throws {
    try StandardOutput.print(json ? try result.jsonText() : table)
  }
}
