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
  func parametersMatchThePaper(model: String, networks: [String: Int]) throws {
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

  /// A GPU that is not here: a launch's work is that of its layer, and its tile fits a work-group.
  @Test(arguments: [("float32", "FMA"), ("tf32", "MMA")])
  func aPlanForAGPUThatIsNotPresent(precision: String, multiplier: String) throws {
    let plan = try plan("linear-vae", "--units", "132", "--precision", precision)
    #expect(plan["device_bytes"] == nil && plan["fits"] == nil)
    let launches = try #require(plan["launches"] as? [[String: Any]])
    #expect(plan["launches_per_step"] as? Int == launches.count)
    let flops = launches.compactMap { $0["flops"] as? Int }
    #expect(plan["flops_per_step"] as? Int == flops.reduce(0, +))
    let products = launches.filter { $0["file"] as? String == "gemm_workgroup.cl" }
    // Three products for each of six layers, except for the first one's data gradient.
    #expect(products.count == 17)
    for product in products {
      let options = try #require(product["options"] as? [String: String])
      #expect(options["MULTIPLIER", default: "FMA"] == multiplier)
      let sizes = ["GROUP_M", "GROUP_N", "GROUP_K"].compactMap { options[$0].flatMap { Int($0) } }
      #expect(sizes.count == 3 && 8 * sizes[2] * (sizes[0] + sizes[1]) <= 48 << 10)
      #expect((product["local"] as? [Int])?.reduce(1, *) ?? .max <= 1024)
    }
    let first = try #require(products.first)
    #expect(first["label"] as? String == "encoder.0.forward")
    #expect(first["flops"] as? Int == 2 * 64 * 512 * 784)
  }

  /// A GPU of many units gets a product in more parts than one of few.
  @Test func unitsDecideTheSplit() throws {
    func groups(_ units: String) throws -> Int {
      let launches = try plan("linear-vae", "--units", units)["launches"] as? [[String: Any]]
      let first = launches?.first { $0["label"] as? String == "encoder.0.forward" }
      func product(_ key: String) -> Int { (first?[key] as? [Int])?.reduce(1, *) ?? 0 }
      return product("global") / max(1, product("local"))
    }
    #expect(try groups("4") < groups("132"))
  }

  @Test func impossibleGPUsAreRefused() throws {
    func expectBad(_ text: String, _ options: String...) throws {
      expectUsageError(try Gputrain.run(["plan", "linear-vae"] + options), text)
    }
    try expectBad("--units must be between 1 and 4096", "--units", "0")
    try expectBad(
      "--local-memory must be between 32 and 1024", "--units", "8", "--local-memory", "8")
    try expectBad("--local-memory needs --units", "--local-memory", "48")
    try expectBad("--kernels register is for CPUs", "--units", "8", "--kernels", "register")
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
