import Files
import Foundation
import GenerativeModels
import ModelFiles
import TestFiles
import Testing

/// `models`.
@Suite struct ModelsCommandTests {
  private func objects(_ outcome: Gputrain.Outcome) throws -> [[String: Any]] {
    expectSuccess(outcome)
    return try outcome.stdoutLines.map {
      let object = try JSONSerialization.jsonObject(with: Data($0.utf8))
      return try #require(object as? [String: Any])
    }
  }

  @Test func lists() throws {
    let outcome = try Gputrain.run(["models", "list"])
    expectSuccess(outcome)
    #expect(outcome.stdoutLines.count == 6)
    #expect(outcome.stdout.contains(/dcgan +gan +28×28×1 +100 +\d+\n/))
    let models = try objects(try Gputrain.run(["models", "list", "--json"]))
    #expect(models.map { $0["name"] as? String } == Models.all.map { $0.name })
    #expect(models.last?["image"] as? [Int] == [64, 64, 3])
    #expect(models[2]["parameters"] as? Int == 471_712 + 470_416)
  }

  /// What is printed is a model file, which gives the same model.
  @Test func shows() throws {
    let folder = try TemporaryFolder()
    let shown = try Gputrain.run(["models", "show", "dcgan"])
    expectSuccess(shown)
    try AtomicFile.write(shown.stdout, to: folder.path + "/mine.yaml")
    let again = try Gputrain.run(["models", "show", "mine.yaml"], in: folder.path)
    expectSuccess(again)
    #expect(again.stdout == shown.stdout)
    let file = try ModelFile(contentsOf: folder.path + "/mine.yaml")
    #expect(file.description == ModelDescription(GAN.dcgan))
  }

  @Test func checks() throws {
    let folder = try TemporaryFolder()
    try TinyModel.write(to: folder)
    let outcome = try Gputrain.run(["models", "check", "tiny.yaml"], in: folder.path)
    expectSuccess(outcome)
    let lines = outcome.stdoutLines
    #expect(lines.first == "tiny: vae, images of 28×28×1, 16 latents")
    #expect(lines.allSatisfy { $0.count <= 80 })
    #expect(outcome.stdout.contains(/1  linear fc1 +128 +100480\n/))
    #expect(outcome.stdout.contains("memory with 70000 images, in batches of 12  "))
    #expect(outcome.stdout.contains(/2  relu +128\n/))
    #expect(outcome.stdout.contains("operations of a training step"))
    let check = try #require(
      try objects(try Gputrain.run(["models", "check", "dcgan", "--json"])).first)
    let networks = try #require(check["networks"] as? [[String: Any]])
    #expect(networks.map { $0["role"] as? String } == ["generator", "discriminator"])
    let layers = try #require(networks.first?["layers"] as? [[String: Any]])
    #expect(layers.count == 10 && layers[1]["output"] as? [Int] == [7, 7, 256])
    #expect(layers[2]["settings"] as? [String: Int] == ["stride": 2])
    let table = try Gputrain.run(["models", "check", "dcgan"])
    #expect(table.stdout.contains(/3  conv_transpose2d trans_conv1  stride 2 +14×14×128 +295040\n/))
    #expect(table.stdoutLines.allSatisfy { $0.count <= 80 })
    #expect(layers.first?["parameters"] as? Int == 12_544 * 101)
    // As `plan` computes them.
    let plan = try objects(try Gputrain.run(["plan", "dcgan", "--json"]))[0]
    for key in ["parameters", "flops_per_step", "total_bytes"] {
      #expect(check[key] as? Int == plan[key] as? Int, "\(key)")
    }
  }

  /// Layers need no device, but a device that is asked for has to be there.
  @Test func checksWithoutADevice() throws {
    let outcome = try Gputrain.run(
      ["models", "check", "linear-vae"], environment: ["GPUTRAIN_DEVICE": "nosuch"])
    expectSuccess(outcome)
    #expect(outcome.stderr.contains("memory and operations are left out"))
    #expect(outcome.stdoutLines.last?.hasPrefix("parameters  ") == true)
    expectRefusal(
      try Gputrain.run(["models", "check", "linear-vae", "--device", "nosuch"]), 69,
      "no OpenCL device matches 'nosuch'")
  }

  /// Every command refuses a damaged file in the same way, before it opens a device.
  @Test func aDamagedFile() throws {
    let folder = try TemporaryFolder()
    try TinyModel.write(to: folder, replacing: "to: 32", with: "to: -32")
    for command in [
      ["models", "check"], ["models", "show"], ["train"], ["bench"], ["profile"], ["plan"],
      ["tune"], ["selftest", "--model"], ["sample", "x", "--model"], ["evaluate", "x", "--model"],
    ] {
      let outcome = try Gputrain.run(command + ["tiny.yaml"], in: folder.path)
      expectRefusal(
        outcome, 65, "tiny.yaml:8: encoder, layer 3, linear: to must be an integer from 1 to ")
      #expect(outcome.stderrLines.count == 1, "\(command)")
    }
    expectRefusal(
      try Gputrain.run(["models", "check", "no.yaml"], in: folder.path), 65,
      "cannot read no.yaml: No such file or directory; check the path")
    expectRefusal(try Gputrain.run(["plan", "./"], in: folder.path), 65, "cannot read ./: ")
  }

  @Test func modelsThatDoNotFit() throws {
    let folder = try TemporaryFolder()
    try TinyModel.write(to: folder, replacing: "to: 32", with: "to: 33")
    expectRefusal(
      try Gputrain.run(["plan", "tiny.yaml"], in: folder.path), 65,
      "tiny.yaml:8: encoder, layer 3: Linear \"fc2\" gives 33 outputs; 16 latents need 32")
    try TinyModel.write(to: folder, replacing: "name: tiny", with: "name: linear-vae")
    expectRefusal(
      try Gputrain.run(["plan", "tiny.yaml"], in: folder.path), 65,
      "tiny.yaml:1: it is not the built-in model of that name; choose another name")
    try AtomicFile.write(
      TinyModel.text.replacing("784", with: "16").replacing("28", with: "4"),
      to: folder.path + "/small.yaml")
    expectRefusal(
      try Gputrain.run(["train", "small.yaml", "--dataset", "synthetic-digits"], in: folder.path),
      65,
      "synthetic-digits cannot be used: its images are 28×28×1, and the model takes 4×4×1; add "
        + "--image-size 4 --channels 1, or choose another model")
  }
}
