import Files
import Foundation
import GenerativeModels
import KnownDatasets
import SafeTensors
import TestFiles
import TestSupport
import Testing

@testable import gputrain

/// `train --likelihood`, and what follows from it.
@Suite struct LikelihoodTests {
  private func trained(_ folder: TemporaryFolder, _ options: String...) throws -> Gputrain.Outcome {
    try Gputrain.run(
      ["train", TinyModel.file, "--dataset", "./data", "--out", "run"] + options, in: folder.path)
  }

  @Test func aRunWithNormalPixels() throws {
    let folder = try TemporaryFolder()
    try TinyData.write(to: folder.path + "/data")
    try TinyModel.write(to: folder)
    expectSuccess(try trained(folder, "--likelihood", "gaussian", "--epochs", "1"))
    let record = try String(contentsOfFile: folder.path + "/run/run.json", encoding: .utf8)
    #expect(record.contains(#""likelihood" : "gaussian""#))
    let path = folder.path + "/run/checkpoints/last.safetensors"
    var checkpoint = try Tensors.read(path)
    #expect(checkpoint.metadata["likelihood"] == "gaussian")
    expectRefusal(
      try trained(folder, "--resume", "--likelihood", "bernoulli", "--epochs", "2"), 64,
      "--likelihood ", "which was begun with gaussian")

    // `evaluate` takes the likelihood from the checkpoint. The constant of the density alone is
    // −720 nats; a cross entropy of 784 pixels is near 784 log 2, which is 543.
    let data = try DatasetStore(dataFolder: nil).load(folder.path + "/data/", limit: nil)
    func likelihood() throws -> [Double] {
      let candidate = try Candidate(
        try CheckpointFile(path: path, model: nil), count: 1, seed: 1, data: data,
        on: try testContext())
      let metrics = try #require(try candidate.likelihood())
      return [metrics.elbo, metrics.iwBound, metrics.reconstruction]
    }
    let gaussian = try likelihood()
    #expect(gaussian[0] < -720 && gaussian[1] < -720 && gaussian[2] < 200)
    checkpoint = try Tensors.read(path)
    checkpoint.metadata["likelihood"] = nil
    try AtomicFile.write(try checkpoint.encoded(), to: path)
    let bernoulli = try likelihood()
    #expect(bernoulli[0] > -720 && bernoulli[1] > -720 && bernoulli[2] > 400)
  }

  /// Files of other models stay as they were.
  @Test func otherRunsDoNotNameIt() throws {
    let run = try TrainedRun.get()
    #expect(try Tensors.read(run.checkpoint).metadata["likelihood"] == nil)
    let record = try String(contentsOfFile: run.path + "/run.json", encoding: .utf8)
    #expect(!record.contains("likelihood"))
  }
}
