import Files
import Foundation
import SafeTensors
import TestFiles
import Testing

/// `sample`, with and without given latents.
@Suite struct SampleCommandTests {
  @Test func drawsTheSameImagesEachTimeAndOthersUnderAnotherSeed() throws {
    let run = try TrainedRun.get()
    let folder = try TemporaryFolder()
    // The checkpoint is given as a folder and as a file.
    for (name, options) in [
      ("a", [run.path]), ("b", [run.checkpoint, "--seed", "1", "--count", "25"]),
      ("c", [run.path, "--seed", "2"]), ("d", [run.path, "--count", "26"]),
    ] {
      let outcome = try Gputrain.run(
        ["sample"] + options + ["--out", "\(name).png", "--tensors", name], in: folder.path)
      expectSuccess(outcome)
      #expect(outcome.stdout == "\(name)\n\(name).png\n")
      #expect(outcome.stderrLines.allSatisfy { $0.hasPrefix("device: ") })
    }
    func bytes(_ name: String) throws -> [UInt8] {
      try readFile(path: "\(folder.path)/\(name)", maximumBytes: 1 << 20)
    }
    #expect(try bytes("a") == bytes("b") && bytes("a.png") == bytes("b.png"))
    #expect(try bytes("a") != bytes("c") && bytes("a.png") != bytes("c.png"))
    // With a larger count, the first images are the same.
    let (few, more) = (
      try Tensors.read(folder.path + "/a")["images"], try Tensors.read(folder.path + "/d")["images"]
    )
    #expect(few?.shape == [25, 28, 28] && more?.shape == [26, 28, 28])
    #expect(try few?.floats() == more.map { Array(try $0.floats().prefix(25 * 784)) })
    // Training drew the same picture from the same weights and latents.
    let trained = try readFile(path: run.path + "/samples/epoch-0002.png", maximumBytes: 1 << 20)
    #expect(try bytes("a.png") == trained)
  }

  @Test func withoutOptionsItWritesOnePicture() throws {
    let run = try TrainedRun.get()
    let folder = try TemporaryFolder()
    let outcome = try Gputrain.run(["sample", run.path, "--count", "1"], in: folder.path)
    expectSuccess(outcome)
    #expect(outcome.stdout == "samples.png\n")
    #expect(try folder.names() == ["samples.png"])
  }

  @Test(arguments: [1, 25, 60])
  func latentsFromAFileGiveTensorsInRange(count: Int) throws {
    let run = try TrainedRun.get()
    let folder = try TemporaryFolder()
    try Tensors.writeLatents(count, to: folder.path + "/z")
    let outcome = try Gputrain.run(
      ["sample", run.path, "--latents", "z", "--tensors", "images"], in: folder.path)
    expectSuccess(outcome)
    #expect(outcome.stdout == "images\n")
    #expect(try folder.names() == ["images", "z"])
    let images = try #require(try Tensors.read(folder.path + "/images")["images"])
    #expect(images.elementType == .float32 && images.shape == [count, 28, 28])
    let floats = try images.floats()
    #expect(floats.allSatisfy { 0...1 ~= $0 })
    #expect(Set(floats).count > 100)
  }

  @Test func latentsOfAnotherPrecision() throws {
    let run = try TrainedRun.get()
    let folder = try TemporaryFolder()
    let doubles = (0..<32).map { Double($0) / 16 }
    try Tensors.write(
      [SafeTensor(name: "z", shape: [2, 16], floats: doubles.map(Float.init))],
      to: folder.path + "/floats")
    try Tensors.write(
      [
        SafeTensor(
          name: "z", elementType: .float64, shape: [2, 16],
          data: doubles.withUnsafeBytes { [UInt8]($0) })
      ], to: folder.path + "/doubles")
    let images = try ["floats", "doubles"].map { latents in
      let outcome = try Gputrain.run(
        ["sample", run.path, "--latents", latents, "--tensors", "images"], in: folder.path)
      expectSuccess(outcome)
      let note = "note: doubles holds numbers in F64, which are converted to F32"
      #expect(outcome.stderrLines.count { $0 == note } == (latents == "doubles" ? 1 : 0))
      return try readFile(path: folder.path + "/images", maximumBytes: 1 << 20)
    }
    #expect(images[0] == images[1])
  }

  /// A file of latents that is refused.
  struct Latents: CustomTestStringConvertible {
    let tensor: SafeTensor
    let reason: String

    init(_ tensor: SafeTensor, _ reason: String = "has no F32 tensor 'z' of shape [n, 16]") {
      (self.tensor, self.reason) = (tensor, reason)
    }

    var testDescription: String { "\(tensor.name) \(tensor.elementType) \(tensor.shape)" }
  }

  static let zeros = [Float](repeating: 0, count: 64)

  @Test(arguments: [
    Latents(SafeTensor(name: "y", shape: [4, 16], floats: zeros)),
    Latents(SafeTensor(name: "z", shape: [16, 4], floats: zeros)),
    Latents(SafeTensor(name: "z", shape: [64], floats: zeros)),
    Latents(SafeTensor(name: "z", shape: [1, 4, 16], floats: zeros)),
    Latents(SafeTensor(name: "z", shape: [0, 16], floats: [])),
    Latents(
      SafeTensor(
        name: "z", elementType: .int64, shape: [2, 16], data: .init(repeating: 0, count: 256))
    ),
    Latents(
      SafeTensor(name: "z", shape: [4, 16], floats: zeros.dropLast() + [.nan]),
      "has latents that are infinite or not a number"),
    Latents(
      SafeTensor(name: "z", shape: [4, 16], floats: [-.infinity] + zeros.dropLast()),
      "has latents that are infinite or not a number"),
    Latents(
      SafeTensor(
        name: "z", shape: [100_001, 16], floats: .init(repeating: 0, count: 1_600_016)),
      "has 100001 latents; take at most 100000"),
  ])
  func latentsThatDoNotFit(latents: Latents) throws {
    let run = try TrainedRun.get()
    let folder = try TemporaryFolder()
    try Tensors.write([latents.tensor], to: folder.path + "/z")
    expectRefusal(
      try Gputrain.run(
        ["sample", run.path, "--latents", "z", "--tensors", "images"], in: folder.path),
      65, "z ", latents.reason)
    #expect(try folder.names() == ["z"])
  }

  @Test func latentsThatAreNoFileOfTensors() throws {
    let run = try TrainedRun.get()
    let folder = try TemporaryFolder()
    try AtomicFile.write("text", to: folder.path + "/text")
    for (name, reason) in [
      ("no", "cannot read no: No such file"), (".", "cannot read .: Is a directory"),
      ("text", "text is not a usable safetensors file"), ("/dev/zero", "not a regular file"),
    ] {
      expectRefusal(
        try Gputrain.run(
          ["sample", run.path, "--latents", name, "--tensors", "images"], in: folder.path),
        65, reason)
    }
    #expect(try folder.names() == ["text"])
  }

  @Test func inputsAreNotOverwritten() throws {
    let run = try TrainedRun.get()
    let folder = try TemporaryFolder()
    try Tensors.writeLatents(1, to: folder.path + "/z")
    for name in ["link", "link.png"] {
      #expect(symlink(run.checkpoint, "\(folder.path)/\(name)") == 0)
    }
    let before = try readFile(path: run.checkpoint, maximumBytes: 1 << 24)
    for options in [
      ["--out", "link.png"], ["--tensors", run.checkpoint], ["--tensors", "link"],
      ["--latents", "z", "--out", "./z"],
    ] {
      expectRefusal(
        try Gputrain.run(["sample", run.path] + options, in: folder.path), 64, "would replace",
        "which is an input; name another file")
    }
    #expect(try readFile(path: run.checkpoint, maximumBytes: 1 << 24) == before)
    #expect(try folder.names() == ["link", "link.png", "z"])
    // The default name is that of the animation in the run's folder.
    expectRefusal(
      try Gputrain.run(["sample", "."], in: run.path), 64,
      "samples.png would replace the run's animation; name another file with --out")
  }

  /// A device is not replaced by a file, even if its folder is writable.
  @Test func placesThatCannotBeWritten() throws {
    let run = try TrainedRun.get()
    let folder = try TemporaryFolder()
    #expect(mkfifo(folder.path + "/pipe", 0o600) == 0)
    try createFolder(folder.path + "/folder")
    for (path, reason) in [
      ("pipe", "cannot write pipe: not a regular file; choose another path"),
      ("folder", "cannot write folder: Is a directory; choose another path"),
      ("no/image", "cannot write no/image: No such file or directory; create the folder"),
      ("/proc/image", "cannot write /proc/image: "),
    ] {
      for option in ["--out", "--tensors"] {
        expectRefusal(
          try Gputrain.run(["sample", run.path, option, path], in: folder.path), 74, reason)
      }
    }
    // Case does not matter, and a name that begins with a dot has no ending.
    for path in ["no/image.PNG", "no/.image", "no.jpg/image"] {
      expectRefusal(
        try Gputrain.run(["sample", run.path, "--out", path], in: folder.path), 74,
        "cannot write \(path): No such file")
    }
    #expect(try folder.names() == ["folder", "pipe"])
  }
}
