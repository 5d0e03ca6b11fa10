import Files
import Foundation
import SafeTensors
import TestFiles
import Testing

/// `interpolate`, between latents and between images.
@Suite struct InterpolateCommandTests {
  private func interpolate(
    _ folder: TemporaryFolder, _ options: String...
  ) throws -> Gputrain.Outcome {
    try Gputrain.run(["interpolate"] + options, in: folder.path)
  }

  private func floats(_ folder: TemporaryFolder, _ file: String, _ name: String) throws -> [Float] {
    try #require(try Tensors.read("\(folder.path)/\(file)")[name]?.floats())
  }

  private func bytes(_ folder: TemporaryFolder, _ name: String) throws -> [UInt8] {
    try readFile(path: "\(folder.path)/\(name)", maximumBytes: 1 << 24)
  }

  /// The ends are the latents of `sample`, in pairs. The images are those that `sample` decodes.
  @Test(arguments: ["linear-gan", "dcgan"])
  func aGeneratorGoesBetweenTheLatentsOfSample(model: String) throws {
    let folder = try TemporaryFolder()
    try Tensors.write(PlainWeights.tensors(of: model), to: folder.path + "/weights")
    let outcome = try interpolate(
      folder, "weights", "--model", model, "--rows", "3", "--steps", "4", "--seed", "7",
      "--tensors", "t", "--out", "p.png")
    expectSuccess(outcome)
    #expect(outcome.stdout == "t\np.png\n")
    #expect(outcome.stderrLines.allSatisfy { $0.hasPrefix("device: ") })
    let file = try Tensors.read(folder.path + "/t")
    #expect(file.tensors.map(\.name) == ["z", "images"])
    #expect(file.tensors.map(\.shape) == [[12, 100], [12, 28, 28]])
    for (name, options) in [("s", ["--seed", "7", "--count", "6"]), ("w", ["--latents", "t"])] {
      expectSuccess(
        try Gputrain.run(
          ["sample", "weights", "--model", model, "--tensors", name] + options, in: folder.path))
    }
    let images = try floats(folder, "t", "images")
    #expect(try floats(folder, "w", "images") == images)
    let sampled = try floats(folder, "s", "images")
    let ends = [0, 3, 4, 7, 8, 11].flatMap { images[$0 * 784..<($0 + 1) * 784] }
    #expect(ends == sampled)
  }

  /// The ends are the means of different validation images.
  @Test(arguments: ["linear-vae", "conv-vae"])
  func anAutoencoderGoesBetweenTheMeansOfImages(model: String) throws {
    let folder = try TemporaryFolder()
    try TinyData.write(to: folder.path + "/data")
    try Tensors.write(PlainWeights.tensors(of: model), to: folder.path + "/weights")
    let options = ["weights", "--model", model, "--dataset", "./data"]
    let outcome = try Gputrain.run(
      ["interpolate"] + options + ["--steps", "3", "--tensors", "t", "--out", "p.png"],
      in: folder.path)
    expectSuccess(outcome)
    let file = try Tensors.read(folder.path + "/t")
    #expect(file.tensors.map(\.name) == ["z", "images", "originals"])
    // The eight images make four pairs.
    #expect(file.tensors.map(\.shape) == [[12, 16], [12, 28, 28], [8, 28, 28]])
    expectSuccess(
      try Gputrain.run(["reconstruct"] + options + ["--tensors", "r"], in: folder.path))
    func rows(_ values: [Float], _ width: Int) -> [[Float]] {
      stride(from: 0, to: values.count, by: width).map { Array(values[$0..<$0 + width]) }
    }
    let images = rows(try floats(folder, "r", "images"), 784)
    let means = rows(try floats(folder, "r", "mean"), 16)
    let originals = rows(try floats(folder, "t", "originals"), 784)
    let places = try originals.map { original in try #require(images.firstIndex(of: original)) }
    #expect(Set(places).count == 8 && places != Array(0..<8))
    let z = rows(try floats(folder, "t", "z"), 16)
    for row in 0..<4 {
      #expect(z[3 * row] == means[places[2 * row]] && z[3 * row + 2] == means[places[2 * row + 1]])
    }
  }

  @Test func theSameBytesEachTimeAndOthersUnderAnotherSeed() throws {
    let run = try TrainedRun.get()
    let folder = try TemporaryFolder()
    // A run's folder and its checkpoints name the images, by a path relative to the folder in which
    // it was trained.
    for (name, options) in [
      ("a", [run.path]), ("b", [run.checkpoint, "--seed", "1"]),
      ("c", [run.path, "--seed", "2"]),
    ] {
      expectSuccess(
        try Gputrain.run(
          ["interpolate"] + options
            + ["--out", "\(folder.path)/\(name).png", "--tensors", "\(folder.path)/\(name)"],
          in: run.parent))
    }
    #expect(try bytes(folder, "a") == bytes(folder, "b"))
    #expect(try bytes(folder, "a.png") == bytes(folder, "b.png"))
    #expect(try bytes(folder, "a") != bytes(folder, "c"))
    #expect(try bytes(folder, "a.png") != bytes(folder, "c.png"))
  }

  @Test func imagesThatAreNotTheRunsAreRefused() throws {
    let run = try TrainedRun.get()
    let folder = try TemporaryFolder()
    try TinyData.write(to: folder.path + "/data", changing: TinyData.trainFiles(31))
    for command in ["interpolate", "reconstruct", "evaluate"] {
      for weights in [run.path, run.checkpoint] {
        expectRefusal(
          try Gputrain.run([command, weights], in: folder.path), 65,
          "the images are not those that the run was trained with; name others with --dataset")
      }
    }
    #expect(try folder.names() == ["data"])
  }

  @Test func withoutOptionsItWritesOnePicture() throws {
    let folder = try TemporaryFolder()
    try Tensors.write(PlainWeights.tensors(of: "linear-gan"), to: folder.path + "/weights")
    let outcome = try interpolate(folder, "weights", "--model", "linear-gan")
    expectSuccess(outcome)
    #expect(outcome.stdout == "interpolations.png\n")
    #expect(try folder.names() == ["interpolations.png", "weights"])
    #expect(try bytes(folder, "interpolations.png").starts(with: [0x89, 0x50, 0x4E, 0x47]))
  }

  @Test func badRequestsWriteNothing() throws {
    let run = try TrainedRun.get()
    let folder = try TemporaryFolder()
    let steps = "--steps must be between 2 and 1000"
    for (options, text) in [
      (["--steps", "1"], steps), (["--steps", "1001"], steps),
      (["--rows", "0"], "--rows must be between"),
      (["--rows", "10001"], "--rows times --steps must be at most 100000"),
    ] {
      expectUsageError(
        try Gputrain.run(["interpolate", run.path] + options, in: folder.path), text)
    }
    let options = ["interpolate", run.checkpoint, "--dataset", run.data]
    expectRefusal(
      try Gputrain.run(options + ["--rows", "5"], in: folder.path), 64,
      "--rows 5 needs 10 validation images: \(run.data) has 8")
    let single = try TemporaryFolder()
    try TinyData.write(
      to: single.path,
      changing: [
        TinyData.validationImages: TinyData.images(1),
        TinyData.validationLabels: TinyData.labels(1),
      ])
    expectRefusal(
      try Gputrain.run(
        ["interpolate", run.checkpoint, "--dataset", single.path], in: folder.path), 65,
      "\(single.path) has one validation image; a row needs two")
    expectRefusal(
      try Gputrain.run(options + ["--tensors", run.checkpoint], in: folder.path), 64,
      "would replace")
    expectRefusal(
      try Gputrain.run(options + ["--out", "no/p.png"], in: folder.path), 74,
      "cannot write no/p.png: No such file or directory")
    expectRefusal(try interpolate(folder, "no"), 65, "cannot read no: No such file or directory")
    #expect(try folder.names().isEmpty)
  }
}
