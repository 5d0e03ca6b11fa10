import Files
import Foundation
import SafeTensors
import TestFiles
import Testing

/// A run of a model of one's own: from its file, and then without it.
@Suite struct OwnModelTests {
  /// A folder with the model's file, data and a run of one epoch.
  private static let made = Result {
    let folder = try TemporaryFolder()
    Self.folder = folder
    atexit { OwnModelTests.folder = nil }
    try TinyData.write(to: folder.path + "/data")
    try TinyModel.write(to: folder)
    return try Gputrain.run(
      ["train", TinyModel.file, "--dataset", "./data", "--epochs", "1"], in: folder.path)
  }

  // Statics live to the end of the process, which runs no deinit.
  nonisolated(unsafe) private static var folder: TemporaryFolder?

  /// A copy of the folder, without the model's file.
  private func copy() throws -> TemporaryFolder {
    expectSuccess(try Self.made.get())
    let folder = try TemporaryFolder()
    let original = try #require(Self.folder).path
    for name in ["data", "runs"] {
      try FileManager.default.copyItem(
        atPath: "\(original)/\(name)", toPath: "\(folder.path)/\(name)")
    }
    return folder
  }

  private let last = "runs/tiny/checkpoints/last.safetensors"

  @Test func theRunNamesAndDescribesItsModel() throws {
    let folder = try copy()
    let bytes = try readFile(path: folder.path + "/runs/tiny/run.json", maximumBytes: 1 << 16)
    let record = try #require(
      try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
    #expect(record["model"] as? String == "tiny" && record["model_file"] as? String == "tiny.yaml")
    #expect(record["batch_size"] as? Int == 12 && record["learning_rate"] as? Double == 0.001)
    #expect((record["command"] as? [String])?[2] == "tiny.yaml")
    let metadata = try Tensors.read("\(folder.path)/\(last)").metadata
    #expect(metadata["model"] == "tiny")
    #expect(metadata["model_description"] == record["model_description"] as? String)
    #expect(metadata["model_description"]?.hasPrefix(#"{"decoder":[{"linear":{"name":"#) == true)
    // The files of built-in models stay as they were.
    let builtIn = try Tensors.read(try TrainedRun.get().checkpoint).metadata
    #expect(builtIn["model_description"] == nil)
    #expect(
      try !String(contentsOfFile: try TrainedRun.get().path + "/run.json", encoding: .utf8)
        .contains("model_"))
  }

  /// Neither needs the file.
  @Test func drawsAndComparesImages() throws {
    let folder = try copy()
    for command in ["sample", "reconstruct", "interpolate"] {
      let data = command == "sample" ? [] : ["--dataset", "./data"]
      expectSuccess(
        try Gputrain.run(
          [command, "runs/tiny", "--out", "\(command).png"] + data, in: folder.path))
    }
    try TinyModel.write(to: folder)
    expectSuccess(
      try Gputrain.run(
        ["sample", last, "--model", "tiny.yaml", "--out", "again.png"], in: folder.path))
    #expect(
      try readFile(path: folder.path + "/again.png", maximumBytes: 1 << 20)
        == readFile(path: folder.path + "/sample.png", maximumBytes: 1 << 20))
  }

  /// By the file or by the name, the epochs are the same to the bit.
  @Test func resumes() throws {
    let folder = try copy()
    expectSuccess(
      try Gputrain.run(["train", "tiny", "--resume", "--epochs", "2"], in: folder.path))
    let other = try copy()
    try TinyModel.write(to: other, replacing: "  - relu\n", with: "  - relu   # a comment\n")
    expectSuccess(
      try Gputrain.run(
        ["train", "tiny.yaml", "--resume", "--out", "runs/tiny", "--epochs", "2"], in: other.path))
    #expect(
      try readFile(path: "\(folder.path)/\(last)", maximumBytes: 1 << 24)
        == readFile(path: "\(other.path)/\(last)", maximumBytes: 1 << 24))
    let before = try tree(other.path)
    try TinyModel.write(to: other, replacing: "  - relu\n", with: "  - tanh\n")
    expectRefusal(
      try Gputrain.run(["train", "tiny.yaml", "--resume", "--epochs", "3"], in: other.path), 65,
      "the run in runs/tiny was begun with another tiny: encoder, layer 2 differs; put the ")
    expectRefusal(
      try Gputrain.run(["sample", "runs/tiny", "--model", "tiny.yaml"], in: other.path), 65,
      "\(last) belongs to another tiny: encoder, layer 2 differs; use the model's file as it was")
    #expect(try tree(other.path) == before)
  }

  @Test func namesThatNothingDescribes() throws {
    let folder = try copy()
    expectUsageError(
      try Gputrain.run(["train", "tiny"], in: folder.path),
      "'tiny' is neither a built-in model nor a file",
      "; the built-in ones are linear-gan, dcgan, linear-vae, conv-vae, dcgan-64; see 'gputrain tr")
    try TinyModel.write(to: folder)
    expectUsageError(
      try Gputrain.run(["bench", "tiny"], in: folder.path), "Did you mean 'tiny.yaml'?")
    expectRefusal(
      try Gputrain.run(["sample", "tiny.yaml"], in: folder.path), 65,
      "tiny.yaml is a model file; name a checkpoint or a run folder")
    expectRefusal(
      try Gputrain.run(["train", "small", "--resume"], in: folder.path), 64,
      "'small' is neither a built-in model nor a file, and runs/small holds no run of it")
    expectRefusal(
      try Gputrain.run(["train", "small", "--resume", "--out", "runs/tiny"], in: folder.path), 64,
      "runs/tiny holds a run of tiny, not of small; choose another --out")
    expectRefusal(
      try Gputrain.run(["train", "linear-vae", "--resume", "--out", "runs/tiny"], in: folder.path),
      64, "runs/tiny holds a run of tiny, not of linear-vae; choose another --out")
  }

  @Test(arguments: [
    ("", "its description of the model is damaged: it is not JSON"),
    ("[1]", "damaged: the description must be a mapping of keys to values, not a list"),
    (#"{"name": "tiny", "kind": "vae"}"#, "damaged: 'image' is missing"),
    (String(repeating: "[", count: 100_000), "damaged: it is not JSON"),
    (String(repeating: " ", count: 300_000), "damaged: it has 300000 bytes, more than 262144"),
  ])
  func damagedDescriptions(description: String, reason: String) throws {
    let folder = try copy()
    var file = try Tensors.read("\(folder.path)/\(last)")
    file.metadata["model_description"] = description
    try AtomicFile.write(try file.encoded(), to: folder.path + "/bad")
    expectRefusal(try Gputrain.run(["sample", "bad"], in: folder.path), 65, "bad cannot ", reason)
  }

  @Test func descriptionsThatContradictTheirCheckpoint() throws {
    let folder = try copy()
    let good = try Tensors.read("\(folder.path)/\(last)")
    let own = try #require(good.metadata["model_description"])
    for (description, reason) in [
      (own.replacing(#""name":"tiny""#, with: #""name":"other""#), "is of another model, 'other'"),
      (
        own.replacing(#""to":784"#, with: #""to":783"#),
        "gives 783 outputs, and the encoder takes 784 inputs"
      ),
      (own.replacing(#""to":128"#, with: #""to":129"#), "bad does not fit tiny: its tensor"),
    ] {
      #expect(description != own)
      var bad = good
      bad.metadata["model_description"] = description
      try AtomicFile.write(try bad.encoded(), to: folder.path + "/bad")
      expectRefusal(try Gputrain.run(["sample", "bad"], in: folder.path), 65, reason)
    }
  }
}
