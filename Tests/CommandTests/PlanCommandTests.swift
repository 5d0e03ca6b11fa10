import Foundation
import TestFiles
import Testing

/// `plan`.
@Suite struct PlanCommandTests {
  private func plan(
    _ model: String, _ more: String..., environment: [String: String?] = [:]
  ) throws -> [String: Any] {
    let outcome = try Gputrain.run(["plan", model, "--json"] + more, environment: environment)
    expectSuccess(outcome)
    let parsed = try JSONSerialization.jsonObject(with: Data(outcome.stdout.utf8))
    return try #require(parsed as? [String: Any])
  }

  /// The layers' sizes in the paper.
  @Test(arguments: [
    ("linear-gan", ["generator": 579_728, "discriminator": 566_273]),
    ("linear-vae", ["encoder": 471_712, "decoder": 470_416]),
  ])
  func parametersAreThePapers(model: String, networks: [String: Int]) throws {
    let plan = try plan(model)
    #expect(plan["networks"] as? [String: Int] == networks)
    #expect(plan["parameters"] as? Int == networks.values.reduce(0, +))
  }

  @Test func memoryIsThatOfATraining() throws {
    let plan = try plan("dcgan", "--batch-size", "4")
    let memory = try #require(plan["memory"] as? [String: Int])
    #expect(memory["images"] == 60_000 * 784)
    #expect(memory.values.reduce(0, +) == plan["total_bytes"] as? Int)
    let parameters = try #require(memory["parameters"])
    #expect(memory["gradients"] == parameters && memory["moments"] == 2 * parameters)
    let count = try #require(plan["parameters"] as? Int)
    // Each parameter begins at an address that is allowed for a sub-buffer.
    #expect((4 * count..<4 * count + 32 * 256).contains(parameters))
    #expect(plan["fits"] as? Bool == true)

    // Bench uses as much memory, except for the plan's images. Its own are few.
    let bench = try Gputrain.run(["bench", "dcgan", "--batch-size", "4", "--steps", "1", "--json"])
    expectSuccess(bench)
    let parsed = try JSONSerialization.jsonObject(with: Data(bench.stdout.utf8)) as? [String: Any]
    let peak = try #require(parsed?["peak_device_bytes"] as? Int)
    let planned = try #require(plan["total_bytes"] as? Int)
    #expect(abs(peak - (planned - 60_000 * 784)) < 1 << 20)
  }

  @Test func aTrainingThatDoesNotFitIsRefused() throws {
    let options = ["conv-vae", "--batch-size", "65536"]
    let plan = try Gputrain.run(["plan"] + options)
    #expect(plan.status == 69, "\(plan)")
    #expect(plan.stdout.contains("it does not fit: try a smaller --batch-size"))
    #expect(plan.stderr.contains(/gputrain: (\d+ MiB of device memory|a buffer of \d+ MiB)/))
    // A training allocates nothing either.
    let folder = try TemporaryFolder()
    try TinyData.write(
      to: folder.path + "/data",
      changing: [
        TinyData.trainImages: TinyData.blackImages(60000),
        TinyData.trainLabels: TinyData.labels(60000),
      ])
    let train = try Gputrain.run(
      ["train", "conv-vae", "--dataset", "./data", "--batch-size", "60000", "--out", "x"],
      in: folder.path)
    #expect(train.status == 69, "\(train)")
    #expect(try folder.names() == ["data"])
  }

  @Test func imagesThatDoNotFitAreStreamed() throws {
    let whole = try plan("linear-vae", "--batch-size", "8")
    #expect(whole["images_streamed"] as? Bool == false)
    let total = try #require(whole["total_bytes"] as? Int)
    let limit = try FaultyDriver.environment(memory: total - 1)
    let plan = try plan("linear-vae", "--batch-size", "8", environment: limit)
    #expect(plan["images_streamed"] as? Bool == true && plan["fits"] as? Bool == true)
    // A batch for training and one for validation stay.
    #expect(plan["total_bytes"] as? Int == total - (70_000 - 16) * 784)
    let table = try Gputrain.run(["plan", "linear-vae", "--batch-size", "8"], environment: limit)
    #expect(table.stdoutLines.last == "it fits, with the images streamed from the host's memory")
  }

  /// With one of these batches, on most devices only all buffers together are too large.
  @Test(arguments: [8192, 16_384, 32_768, 65_536])
  func theExitCodeIsTheVerdict(batch: Int) throws {
    let outcome = try Gputrain.run(["plan", "conv-vae", "--batch-size", "\(batch)", "--json"])
    let parsed = try JSONSerialization.jsonObject(with: Data(outcome.stdout.utf8))
    let fits = try #require((parsed as? [String: Any])?["fits"] as? Bool)
    #expect(outcome.status == (fits ? 0 : 69), "\(outcome)")
  }

  @Test func theTableHasTheVerdict() throws {
    let outcome = try Gputrain.run(["plan", "linear-vae"])
    expectSuccess(outcome)
    #expect(outcome.stdout.hasPrefix("linear-vae, batch 64, 70000 images on "))
    #expect(outcome.stdoutLines.last == "it fits")
    #expect(outcome.stdoutLines.allSatisfy { $0.count <= 100 })
  }
}
