import Files
import Foundation
import GenerativeModels
import TestFiles
import Testing

/// run.json.
@Suite struct RunRecordTests {
  private func record(_ path: String) throws -> [String: Any] {
    let bytes = try readFile(path: path + "/run.json", maximumBytes: 1 << 16)
    return try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
  }

  @Test func hasEverythingThatARunDependsOn() throws {
    let record = try record(try TrainedRun.get().path)
    #expect(record["model"] as? String == "linear-vae")
    #expect(record["dataset"] as? String == "./data")
    #expect((record["data_sha256"] as? String)?.count == 64)
    #expect(record["train_images"] as? Int == TinyData.trainCount)
    #expect(record["validation_images"] as? Int == TinyData.validationCount)
    #expect(record["epochs"] as? Int == 2)
    #expect(record["batch_size"] as? Int == 12)
    #expect(record["learning_rate"] as? Double == 1e-4)
    #expect(record["seed"] as? String == "1")
    for key in ["device", "platform", "driver", "version"] {
      #expect((record[key] as? String)?.isEmpty == false, "\(key)")
    }
  }

  /// The command of the record, run elsewhere, gives the same bits.
  @Test func itsCommandRepeatsTheRun() throws {
    let run = try TrainedRun.get()
    let command = try #require(try record(run.path)["command"] as? [String])
    #expect(command.first == "gputrain")
    let folder = try TemporaryFolder()
    let other = folder.path + "/other"
    expectSuccess(
      try Gputrain.run(Array(command.dropFirst()) + ["--out", other], in: run.parent))
    let last = "/checkpoints/last.safetensors"
    #expect(
      try readFile(path: other + last, maximumBytes: 1 << 24)
        == readFile(path: run.path + last, maximumBytes: 1 << 24))
    let records = try [run.path, other].map {
      try readFile(path: $0 + "/run.json", maximumBytes: 1 << 16)
    }
    #expect(records[0] == records[1])
  }

  /// The largest seed is not rounded, and the command has the folders that were named.
  @Test func itsCommandHasEveryOption() throws {
    let folder = try TemporaryFolder()
    try TinyData.write(to: folder.path + "/data")
    try Kernels.write(to: folder.path + "/kernels")
    let options = [
      "--no-tuning", "--dataset", "./data", "--epochs", "1", "--batch-size", "8",
      "--learning-rate", "0.001", "--beta1", "0.5",
      "--seed", "18446744073709551615", "--device", "0:0", "--sample-every", "3",
      "--checkpoint-every", "7", "--data-dir=-some where", "--precision", "float32",
      "--kernels", "register", "--convolution", "direct", "--kernel-dir", "kernels",
    ]
    expectSuccess(
      try Gputrain.run(["train", "linear-vae", "--out", "run"] + options, in: folder.path))
    let record = try record(folder.path + "/run")
    let device = try #require(record["device"] as? String)
    #expect(
      record["command"] as? [String]
        == ["gputrain", "train", "linear-vae"] + options.map { $0 == "0:0" ? device : $0 })
    #expect(record["seed"] as? String == "18446744073709551615")
  }

  @Test func aPresetIsItsSettings() throws {
    let folder = try TemporaryFolder()
    try TinyData.write(to: folder.path + "/data")
    func train(_ options: [String]) throws -> Gputrain.Outcome {
      try Gputrain.run(
        ["train", "dcgan", "--dataset", "./data", "--batch-size", "8", "--epochs", "1"] + options,
        in: folder.path)
    }
    func settings(_ run: String) throws -> [Double?] {
      let record = try record("\(folder.path)/\(run)")
      return ["learning_rate", "discriminator_learning_rate", "beta1"].map { record[$0] as? Double }
    }
    expectSuccess(try train(["--preset", "stable", "--out", "stable"]))
    let stable = try #require(GAN.dcgan.stableSettings)
    let expected = TrainingOptions(for: GAN.dcgan, learning: stable)
    #expect(
      try settings("stable")
        == [expected.adam.learningRate, expected.discriminatorLearningRate, expected.adam.beta1])
    #expect(stable != LearningSettings())
    expectRefusal(
      try train(["--resume", "--preset", "paper", "--epochs", "2", "--out", "stable"]), 64,
      "--preset paper contradicts the run in stable, which was begun with --beta1 0.5;")
    expectSuccess(try train(["--resume", "--epochs", "2", "--out", "stable"]))

    let own = ["--learning-rate", "0.001", "--beta1", "0.75"]
    expectSuccess(try train(["--preset", "stable", "--out", "own"] + own))
    #expect(try settings("own") == [0.001, expected.discriminatorLearningRate, 0.75])
  }

  @Test func aGANKeepsItsDiscriminatorsLearningRate() throws {
    let folder = try TemporaryFolder()
    try TinyData.write(to: folder.path + "/data")
    let run = folder.path + "/run"
    let adam = ["--discriminator-learning-rate", "0.0005", "--beta1", "0.5"]
    let begin = [
      "train", "linear-gan", "--out", "run", "--dataset", "./data", "--batch-size", "8", "--epochs",
      "1",
    ]
    expectSuccess(try Gputrain.run(begin + adam, in: folder.path))
    let command = try #require(try record(run)["command"] as? [String])
    #expect(command.joined(separator: " ").contains(adam.joined(separator: " ")))
    let resume = ["train", "linear-gan", "--out", "run", "--resume", "--epochs", "2"]
    expectRefusal(
      try Gputrain.run(resume + ["--beta1", "0.9"], in: folder.path), 64,
      "--beta1 0.9 contradicts the run in run, which was begun with 0.5;")
    expectRefusal(
      try Gputrain.run(resume + ["--discriminator-learning-rate", "0.0002"], in: folder.path), 64,
      """
      --discriminator-learning-rate 0.0002 contradicts the run in run, which was begun with 0.0005;
      """
    )
    expectSuccess(try Gputrain.run(resume, in: folder.path))
    #expect(try record(run)["beta1"] as? Double == 0.5)
    #expect(try record(run)["discriminator_learning_rate"] as? Double == 0.0005)
  }
}
