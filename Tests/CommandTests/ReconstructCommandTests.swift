import Files
import Foundation
import Images
import SafeTensors
import TestFiles
import Testing

@testable import gputrain

/// `reconstruct`, with all four models.
@Suite struct ReconstructCommandTests {
  /// Runs `reconstruct` on weights and data in a folder.
  private func reconstruct(
    _ folder: TemporaryFolder, _ options: String..., weights: String = "weights"
  ) throws -> Gputrain.Outcome {
    try Gputrain.run(
      ["reconstruct", weights, "--dataset", "./data"] + options, in: folder.path)
  }

  /// A folder with the tiny data and a model's plain weights.
  private func folder(_ model: String) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try TinyData.write(to: folder.path + "/data")
    try Tensors.write(PlainWeights.tensors(of: model), to: folder.path + "/weights")
    return folder
  }

  private func bytes(_ folder: TemporaryFolder, _ name: String) throws -> [UInt8] {
    try readFile(path: "\(folder.path)/\(name)", maximumBytes: 1 << 24)
  }

  /// The validation images' bytes, in units.
  private static let pixels = TinyData.images(TinyData.validationCount).dropFirst(16).map {
    Float($0) / 255
  }

  @Test(arguments: ["linear-vae", "conv-vae"])
  func anAutoencoderDecodesItsMeans(model: String) throws {
    let folder = try folder(model)
    let outcome = try reconstruct(
      folder, "--model", model, "--count", "5", "--tensors", "t", "--out", "p.png")
    expectSuccess(outcome)
    #expect(outcome.stdout == "t\np.png\n")
    let file = try Tensors.read(folder.path + "/t")
    #expect(file.tensors.map(\.name) == ["images", "mean", "log_variance", "reconstructions"])
    #expect(file.tensors.map(\.shape) == [[5, 28, 28], [5, 16], [5, 16], [5, 28, 28]])
    #expect(try file["images"]?.floats() == Array(Self.pixels.prefix(5 * 784)))
    let means = try #require(try file["mean"]?.floats())
    #expect(Set(means).count > 70)
    #expect(try file["log_variance"]?.floats() != means)
    // `sample` draws the same from these latents.
    try Tensors.write(
      [SafeTensor(name: "z", shape: [5, 16], floats: means)], to: folder.path + "/z")
    expectSuccess(
      try Gputrain.run(
        ["sample", "weights", "--model", model, "--latents", "z", "--tensors", "s"],
        in: folder.path))
    #expect(
      try Tensors.read(folder.path + "/s")["images"]?.floats() == file["reconstructions"]?.floats())
  }

  @Test(arguments: ["linear-gan", "dcgan"])
  func aDiscriminatorJudges(model: String) throws {
    let folder = try folder(model)
    let outcome = try reconstruct(
      folder, "--model", model, "--count", "5", "--tensors", "t", "--out", "p.png")
    expectSuccess(outcome)
    #expect(outcome.stdout == "t\np.png\n")
    let file = try Tensors.read(folder.path + "/t")
    let shapes = ["images": [5, 28, 28], "logits": [5], "fakes": [5, 28, 28], "fake_logits": [5]]
    #expect(Dictionary(uniqueKeysWithValues: file.tensors.map { ($0.name, $0.shape) }) == shapes)
    #expect(try file["fake_logits"]?.floats() != file["logits"]?.floats())
    #expect(
      try file["images"]?.floats() == Self.pixels.prefix(5 * 784).map { ($0 - 0.5) / 0.5 })
    let logits = try #require(try file["logits"]?.floats())
    #expect(Set(logits).count == 5 && logits.allSatisfy(\.isFinite))
    // `sample` draws the same fakes.
    guard model == "linear-gan" else { return }
    expectSuccess(
      try Gputrain.run(
        ["sample", "weights", "--model", model, "--count", "5", "--tensors", "s"], in: folder.path))
    let drawn = try Tensors.read(folder.path + "/s")["images"]?.floats()
    #expect(try file["fakes"]?.floats() == drawn)
  }

  @Test func aVerdictOnNoImageHasNoPanel() {
    let pictures = (0..<3).map { Picture(shape: .mnist, shade: UInt8($0)) }
    let panels = verdictPanels(pictures, logits: [1, -1, .nan], of: "real")
    #expect(panels.map(\.caption) == ["real, judged real: 1", "real, judged fake: 2"])
    #expect(panels[1].images.map { $0?.pixels.first } == [1, 2])
    let alike = verdictPanels(pictures, logits: [-1, -1, -1], of: "generated")
    #expect(alike.map(\.caption) == ["generated, judged fake: 3"])
  }

  /// The linear models' first networks in plain loops, without dropout. Outputs are about 1, and
  /// sums of 784 terms in single precision may be off by 1e-5.
  @Test(arguments: [
    ("linear-vae", "encoder", ["0", "2", "4"], 0.0),
    ("linear-gan", "discriminator.out", ["0", "3", "6", "9"], 0.2),
  ])
  func theNetworksMatchPlainLoops(
    model: String, prefix: String, layers: [String], slope: Double
  ) throws {
    let folder = try folder(model)
    expectSuccess(try reconstruct(folder, "--model", model, "--count", "2", "--tensors", "t"))
    let file = try Tensors.read(folder.path + "/t")
    let weights = try Tensors.read(folder.path + "/weights")
    func doubles(_ file: SafeTensorsFile, _ name: String) throws -> [Double] {
      try #require(try file[name]?.floats()).map(Double.init)
    }
    let images = try doubles(file, "images")
    for image in 0..<2 {
      var x = Array(images[image * 784..<(image + 1) * 784])
      for layer in layers {
        if layer != layers.first { x = x.map { $0 > 0 ? $0 : slope * $0 } }
        let weight = try doubles(weights, "\(prefix).\(layer).weight")
        let bias = try doubles(weights, "\(prefix).\(layer).bias")
        x = bias.indices.map { row in
          zip(weight[row * x.count..<(row + 1) * x.count], x).reduce(bias[row]) { $0 + $1.0 * $1.1 }
        }
      }
      let names = model == "linear-vae" ? ["mean", "log_variance"] : ["logits"]
      let found = try names.flatMap { name in
        let values = try doubles(file, name)
        return values[image * values.count / 2..<(image + 1) * values.count / 2]
      }
      #expect(found.count == x.count)
      #expect(zip(found, x).allSatisfy { abs($0 - $1) < 1e-5 })
    }
  }

  @Test func givesTheSameBytesAndFewerImagesAreTheFirst() throws {
    let run = try TrainedRun.get()
    let folder = try folder("linear-vae")
    // The checkpoint is given as a folder and as a file. Without --count, all images are used.
    for (name, weights, count) in [
      ("a", run.path, []), ("b", run.checkpoint, ["--count", "8"]),
      ("c", run.path, ["--count", "3"]),
    ] {
      let outcome = try Gputrain.run(
        ["reconstruct", weights, "--dataset", run.data, "--tensors", name, "--out", "\(name).png"]
          + count, in: folder.path)
      expectSuccess(outcome)
      #expect(
        outcome.stderrLines.map { $0.prefix { $0 != ":" } } == ["data", "device"], "\(outcome)")
    }
    #expect(try bytes(folder, "a") == bytes(folder, "b"))
    #expect(try bytes(folder, "a.png") == bytes(folder, "b.png"))
    #expect(try bytes(folder, "a.png") != bytes(folder, "c.png"))
    let (all, few) = (
      try Tensors.read(folder.path + "/a"), try Tensors.read(folder.path + "/c")
    )
    #expect(all["images"]?.shape == [8, 28, 28])
    for tensor in few.tensors {
      let values = try tensor.floats()
      #expect(try all[tensor.name]?.floats().prefix(values.count) == values[...])
    }
    // Training drew the same picture from the same weights.
    let drawn = try readFile(
      path: run.path + "/reconstructions/epoch-0002.png", maximumBytes: 1 << 20)
    #expect(try bytes(folder, "a.png") == drawn)
  }

  /// The images' path is relative to the folder in which the run was trained.
  @Test func aRunsCheckpointsBringItsImages() throws {
    let run = try TrainedRun.get()
    let folder = try TemporaryFolder()
    let weights = [run.path, run.checkpoint, "run/checkpoints/epoch-0002.safetensors"]
    for (name, weights) in zip(["a", "b", "c"], weights) {
      let outcome = try Gputrain.run(
        ["reconstruct", weights, "--tensors", "\(folder.path)/\(name)"], in: run.parent)
      expectSuccess(outcome)
      #expect(outcome.stderrLines.first == "data: ./data, 32 + 8 images, ./data")
    }
    #expect(try bytes(folder, "a") == bytes(folder, "b"))
    #expect(try bytes(folder, "a") == bytes(folder, "c"))
  }

  @Test func withoutOptionsItWritesOnePicture() throws {
    for model in ["linear-vae", "linear-gan"] {
      let folder = try folder(model)
      let outcome = try reconstruct(folder, "--model", model)
      expectSuccess(outcome)
      #expect(outcome.stdout == "reconstructions.png\n")
      #expect(try folder.names() == ["data", "reconstructions.png", "weights"])
      #expect(try bytes(folder, "reconstructions.png").starts(with: [0x89, 0x50, 0x4E, 0x47]))
    }
  }

  @Test func moreImagesThanThereAre() throws {
    let folder = try folder("linear-vae")
    expectRefusal(
      try reconstruct(folder, "--model", "linear-vae", "--count", "9"), 64,
      "--count 9 is larger than the data: ./data has 8 validation images")
    #expect(try folder.names() == ["data", "weights"])
  }

  @Test func missingDataAndDevices() throws {
    let folder = try folder("linear-vae")
    expectRefusal(
      try reconstruct(folder, "--model", "linear-vae", "--dataset", "./no"), 65,
      "the data folder ./no does not exist")
    expectRefusal(
      try reconstruct(folder, "--model", "linear-vae", "--dataset", "minst"), 64,
      "unknown data set \"minst\"")
    expectRefusal(
      try reconstruct(folder, "--model", "linear-vae", "--device", "no such"), 69,
      "no OpenCL device matches 'no such'")
    expectRefusal(
      try reconstruct(folder, weights: "no"), 65, "cannot read no: No such file or directory")
    #expect(try folder.names() == ["data", "weights"])
  }

  @Test func inputsAreNotOverwritten() throws {
    let folder = try folder("linear-vae")
    #expect(symlink("weights", folder.path + "/reconstructions.png") == 0)
    let before = try tree(folder.path).map { try? bytes(folder, $0) }
    for options in [
      ["--out", "weights"], ["--tensors", "./weights"], [],
      ["--out", "data/" + TinyData.validationImages],
      ["--tensors", "data/" + TinyData.trainLabels],
    ] {
      let arguments = ["reconstruct", "weights", "--model", "linear-vae", "--dataset", "./data"]
      expectRefusal(
        try Gputrain.run(arguments + options, in: folder.path), 64, "would replace",
        "which is an input; name another file")
    }
    #expect(try tree(folder.path).map { try? bytes(folder, $0) } == before)
  }

  @Test func placesThatCannotBeWritten() throws {
    let folder = try folder("linear-gan")
    for (option, path, reason) in [
      ("--out", "data", "cannot write data: Is a directory; choose another path"),
      ("--tensors", "no/t", "cannot write no/t: No such file or directory; create the folder"),
    ] {
      expectRefusal(
        try reconstruct(folder, "--model", "linear-gan", option, path), 74, reason)
    }
    #expect(try folder.names() == ["data", "weights"])
  }
}
