import ArgumentParser
import GenerativeModels

/// Which weights a command works with.
struct CheckpointOptions: ParsableArguments {
  @Argument(
    help: """
      A checkpoint, or a run folder, whose last one is meant; or plain weights, saved by PyTorch \
      under a checkpoint's names.
      """, completion: .safetensors)
  var checkpoint: String

  @Option(help: "The model. (default: the one that the checkpoint names; plain weights name none)")
  var model: ModelName?

  /// Reads and checks the file.
  ///
  /// - Throws: `FileError`, `InputError`; `UsageError` where --model contradicts the file.
  func read() throws -> CheckpointFile {
    try CheckpointFile(path: checkpoint, model: model?.value)
  }

  /// What is recorded of the run that the checkpoint is of; nil where it is of none.
  ///
  /// - Throws: as `RunFolder.readRecord`.
  func record() throws -> RunRecord? { try RunFolder.holding(checkpoint)?.readRecord() }
}
