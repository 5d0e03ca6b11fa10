import Files
import Images
import SafeTensors
import TestFiles
import Testing

/// Pictures in colour, of several sizes, train a model of its own size.
@Suite struct ColourTests {
  private static let model = """
    name: colours
    kind: vae
    image: {height: 8, width: 6, channels: 3}
    latent: 2
    encoder: [{linear: {name: fc1, to: 4}}]
    decoder: [{linear: {name: fc2, to: 144}}, sigmoid]
    training: {batch_size: 8}
    """

  @Test func aFolderOfPicturesTrainsAModel() throws {
    let folder = try TemporaryFolder()
    try AtomicFile.write(Self.model, to: folder.path + "/colours.yaml")
    for index in 0..<20 {
      let shape = ImageShape(height: 12 + index % 3, width: 16, channels: 3)
      let pixels = (0..<shape.elements).map { UInt8([200, 40, index * 10][$0 % 3]) }
      try folder.write(try Picture(shape: shape, pixels: pixels).png(), to: "data/\(index).png")
    }
    try folder.write([0x89], to: "data/3.png")
    func run(_ words: String...) throws -> Gputrain.Outcome {
      try Gputrain.run(words, in: folder.path)
    }
    let train = ["train", "colours.yaml", "--dataset", "./data", "--out", "run", "--epochs", "2"]
    expectRefusal(
      try Gputrain.run(train, in: folder.path), 65, "./data/3.png cannot be used: ")
    let trained = try Gputrain.run(train + ["--skip-damaged"], in: folder.path)
    expectSuccess(trained)
    for text in [
      "data: ./data, 18 + 1 images of 8×6×3, ./data\n",
      "note: 1 damaged picture left out: ./data/3.png (",
      "note: pictures are scaled to 8×6×3\n",
    ] {
      #expect(trained.stderr.contains(text), "\(trained)")
    }
    let sheet = try Picture(
      decoding: readFile(path: folder.path + "/run/samples/epoch-0002.png", maximumBytes: 1 << 20))
    #expect(sheet.channels == 3)

    expectSuccess(try run("reconstruct", "run", "--count", "1", "--tensors", "r.safetensors"))
    let tensors = try SafeTensorsFile(
      parsing: readFile(path: folder.path + "/r.safetensors", maximumBytes: 1 << 20))
    #expect(tensors["reconstructions"]?.shape == [1, 8, 6, 3])
    let image = try #require(try tensors["images"]?.floats())
    #expect(image.prefix(2).map { ($0 * 255).rounded() } == [200, 40])

    expectRefusal(
      try run("train", "colours", "--out", "run", "--resume", "--invert"), 64,
      "--invert contradicts the run in run, which was begun with as they are")
    let small = [
      "train", "linear-vae", "--dataset", "./data", "--skip-damaged", "--batch-size", "8", "--out",
      "small",
    ]
    expectRefusal(
      try Gputrain.run(small + ["--channels", "3"], in: folder.path), 65,
      "./data cannot be used: its images are 28×28×3, and the model takes 28×28×1")
    // A model of grey images names one that keeps the colours, before it trains.
    let grey = try Gputrain.run(small + ["--batch-size", "64"], in: folder.path)
    expectRefusal(grey, 64, "a batch of 64 is larger than the data")
    #expect(
      grey.stderr.contains("note: linear-vae makes grey images; dcgan-64 makes images of 64×64×3"))
  }
}
