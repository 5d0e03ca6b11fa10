import Foundation
import TestFiles

/// One finished training on tiny data, shared by the tests that read it. They must not change it.
struct TrainedRun {
  /// The folder of the data.
  let data: String
  /// The folder of the run.
  let path: String
  let outcome: Gputrain.Outcome

  var checkpoint: String { "\(path)/checkpoints/last.safetensors" }

  /// The options of the run, except for --out.
  static let options = [
    "train", "linear-vae", "--dataset", "./data", "--epochs", "2", "--batch-size", "12",
    "--sample-every", "1", "--checkpoint-every", "1",
  ]

  /// Trains the run at the first call.
  static func get() throws -> TrainedRun { try made.get() }

  /// The folder that holds `data`; the run's options are relative to it.
  var parent: String { Self.folder?.path ?? "" }

  // Statics live to the end of the process, which runs no deinit.
  nonisolated(unsafe) private static var folder: TemporaryFolder?

  private static let made = Result {
    let folder = try TemporaryFolder()
    Self.folder = folder
    atexit { TrainedRun.folder = nil }
    let (data, path) = (folder.path + "/data", folder.path + "/run")
    try TinyData.write(to: data)
    let outcome = try Gputrain.run(options + ["--out", path], in: folder.path)
    return TrainedRun(data: data, path: path, outcome: outcome)
  }
}
