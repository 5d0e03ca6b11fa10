import Files
import TestFiles
import Testing

@testable import gputrain

/// `--shards` of `train` and `plan`.
@Suite struct ShardsOptionTests {
  @Test func aRunKeepsItsShards() throws {
    let folder = try TemporaryFolder()
    try TinyData.write(to: folder.path + "/data", changing: TinyData.trainFiles(14))
    try TinyModel.write(to: folder)
    func train(_ options: String...) throws -> Gputrain.Outcome {
      try Gputrain.run(
        ["train", TinyModel.file, "--dataset", "./data", "--out", "run"] + options,
        in: folder.path)
    }
    // The last batch has two images, for five shards.
    let begun = try train("--epochs", "1", "--shards", "5")
    expectSuccess(begun)
    #expect(begun.stderr.contains("self-test passed"))
    let last = folder.path + "/run/checkpoints/last.safetensors"
    #expect(try Tensors.read(last).metadata["shards"] == "5")

    expectRefusal(
      try train("--resume", "--epochs", "2", "--shards", "1"), 64,
      "--shards 1 contradicts the run in run, which was begun with 5")
    expectSuccess(try train("--resume", "--epochs", "2"))
    let metadata = try Tensors.read(last).metadata
    #expect(metadata["shards"] == "5" && metadata["epoch"] == "2")
  }

  @Test(arguments: [["train", "dcgan"], ["plan", "dcgan"], ["bench", "dcgan"]])
  func aBatchHasAnImageForEachShard(words: [String]) throws {
    for (shards, fault) in [
      ("4", nil), ("5", "at most the images in a batch, 4"), ("0", "between"),
    ]
      as [(String, String?)]
    {
      let words = words + ["--batch-size", "4", "--shards", shards]
      let message = Result { try gputrain.Gputrain.parseAsRoot(words) }.failure
      #expect((message == nil) == (fault == nil))
      #expect(message?.contains(fault ?? "") ?? true)
    }
  }
}

extension Result where Failure == any Error {
  /// The message of the parser; nil for a success.
  fileprivate var failure: String? {
    if case .failure(let error) = self { gputrain.Gputrain.message(for: error) } else { nil }
  }
}
