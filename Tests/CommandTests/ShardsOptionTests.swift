import Files
import TestFiles
import Testing

@testable import gputrain

/// `--shards` of `train` and `plan`.
@Suite struct ShardsOptionTests {
  @Test func aRunKeepsItsShards() throws {
    let folder = try TemporaryFolder()
    try TinyData.write(to: folder.path + "/data", changing: TinyData.trainFiles(12))
    try TinyModel.write(to: folder)
    func train(_ options: String...) throws -> Gputrain.Outcome {
      try Gputrain.run(
        ["train", TinyModel.file, "--dataset", "./data", "--out", "run"] + options,
        in: folder.path)
    }
    let begun = try train("--epochs", "1", "--shards", "4")
    expectSuccess(begun)
    #expect(begun.stderr.contains("self-test passed"))
    let last = folder.path + "/run/checkpoints/last.safetensors"
    #expect(try Tensors.read(last).metadata["shards"] == "4")

    expectRefusal(
      try train("--resume", "--epochs", "2", "--shards", "1"), 64,
      "--shards 1 contradicts the run in run, which was begun with 4")
    expectSuccess(try train("--resume", "--epochs", "2"))
    let metadata = try Tensors.read(last).metadata
    #expect(metadata["shards"] == "4" && metadata["epoch"] == "2")
  }

  /// `RunSettingsTests` has the same for `train`.
  @Test func aPlanHasAnImageForEachShard() throws {
    func words(_ shards: String) -> [String] { ["dcgan", "--batch-size", "4", "--shards", shards] }
    _ = try PlanCommand.parse(words("4"))
    let error = #expect(throws: (any Error).self) { try PlanCommand.parse(words("5")) }
    let message = error.map { PlanCommand.message(for: $0) }
    #expect(message?.contains("at most the images in a batch, 4, and is 5") == true)
  }
}
