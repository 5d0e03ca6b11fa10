import ArgumentParser
import GenerativeModels

/// The weights that a command uses.
struct CheckpointOptions: ParsableArguments {
  @Argument(
    help: """
      A checkpoint, or a run folder, which stands for its last checkpoint; or plain weights that \
      PyTorch saved under a checkpoint's names.
      """, completion: .safetensors)
  var checkpoint: String

  @Option(
    help: """
      The model, or its file. (default: the one of the checkpoint; plain weights have none)
      """)
  var model: ModelName?

  /// Reads and checks the file.
  ///
  /// - Throws: `FileError`, `ModelFileError`, `InputError`; `UsageError` if --model contradicts the
  ///   file.
  func read() throws -> CheckpointFile {
    try CheckpointFile(path: checkpoint, model: try model?.value)
  }

  /// The record of the run that the checkpoint belongs to; nil if there is none.
  ///
  /// - Throws: What `RunFolder.readRecord` throws.
  func record() throws -> RunRecord? { try RunFolder.holding(checkpoint)?.readRecord() }
}
