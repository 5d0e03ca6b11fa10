import ArgumentParser
import GPUTensor
import Models

/// Which training step a command measures, on which device, and how it answers.
struct StepOptions: ParsableArguments {
  @Argument(help: "The model: \(ModelName.allValueStrings.joined(separator: ", ")).")
  var model: ModelName

  @Option(help: "Images in a batch. (default: the paper's)")
  var batchSize: Int?

  @OptionGroup var deviceOptions: TrainingDeviceOptions

  @Flag(help: "Print one JSON object.")
  var json = false

  func validate() throws { try OptionCheck.batchSize(batchSize) }

  /// The model's settings with these options.
  var training: TrainingOptions { TrainingOptions(for: model.type, batchSize: batchSize) }

  /// Prints a result in the form that was asked for.
  func print(_ result: some Encodable, table: String) throws {
    try StandardOutput.print(json ? try result.jsonText() : table)
  }
}
