import Files
import Foundation
import SafeTensors
import TestFiles
import Testing

/// A run of a model that is conditional on classes, and what is drawn from it.
@Suite struct ConditionalModelTests {
  /// A folder with the model's file, data of ten classes and a run of one epoch.
  private static let made = Result {
    let folder = try TemporaryFolder()
    Self.folder = folder
    atexit { ConditionalModelTests.folder = nil }
    try TinyData.write(
      to: folder.path + "/data",
      changing: [
        TinyData.validationImages: TinyData.images(25),
        TinyData.validationLabels: TinyData.labels(25),
      ])
    try TinyModel.write(to: folder, replacing: "latent: 16\n", with: "latent: 16\nlabels: 10\n")
    return try Gputrain.run(
      ["train", TinyModel.file, "--dataset", "./data", "--epochs", "1"], in: folder.path)
  }

  // Statics live to the end of the process, which runs no deinit.
  nonisolated(unsafe) private static var folder: TemporaryFolder?

  private func path() throws -> String {
    expectSuccess(try Self.made.get())
    return try #require(Self.folder).path
  }

  private func run(_ arguments: String...) throws -> Gputrain.Outcome {
    try Gputrain.run(arguments, in: try path())
  }

  private func tensors(_ name: String) throws -> SafeTensorsFile {
    try Tensors.read("\(try path())/\(name).safetensors")
  }

  @Test func samplesOfEachClassAndOfOne() throws {
    expectSuccess(try run("sample", "runs/tiny", "--tensors", "all.safetensors"))
    let all = try tensors("all")
    #expect(all["images"]?.shape == [100, 28, 28])
    #expect(all["labels"]?.data == (0..<100).map { UInt8($0 / 10) })
    for label in ["3", "4"] {
      expectSuccess(
        try run(
          "sample", "runs/tiny", "--label", label, "--count", "31", "--tensors",
          "of-\(label).safetensors"))
    }
    let (threes, fours) = (try tensors("of-3"), try tensors("of-4"))
    #expect(threes["labels"]?.data == [UInt8](repeating: 3, count: 31))
    // The latents are the same, so only the class makes a difference: image 30 of all is a three.
    let image = 28 * 28 * 4
    #expect(
      threes["images"]?.data.suffix(image) == all["images"]?.data[30 * image..<31 * image])
    #expect(threes["images"]?.data != fours["images"]?.data)
  }

  @Test func interpolatesWithinAClass() throws {
    expectSuccess(
      try run(
        "interpolate", "runs/tiny", "--dataset", "./data", "--steps", "3", "--tensors",
        "paths.safetensors", "--out", "paths.png"))
    let paths = try tensors("paths")
    #expect(paths["labels"]?.data == (0..<30).map { UInt8($0 / 3) })
    #expect(paths["originals"]?.shape == [20, 28, 28])
    expectSuccess(
      try run(
        "interpolate", "runs/tiny", "--dataset", "./data", "--label", "4", "--rows", "1",
        "--steps", "2", "--tensors", "path.safetensors"))
    #expect(try tensors("path")["labels"]?.data == [4, 4])
    expectRefusal(
      try run("interpolate", "runs/tiny", "--dataset", "./data", "--label", "4", "--rows", "2"),
      65, "./data has too few validation images of class 4: each row needs two")
  }

  @Test func reconstructsAndEvaluates() throws {
    expectSuccess(
      try run(
        "reconstruct", "runs/tiny", "--dataset", "./data", "--count", "12", "--tensors",
        "made.safetensors"))
    #expect(try tensors("made")["labels"]?.data == (0..<12).map { UInt8($0 % 10) })
    let outcome = try run("evaluate", "runs/tiny", "--dataset", "./data", "--json")
    expectSuccess(outcome)
    let fields = try #require(
      try JSONSerialization.jsonObject(with: Data(outcome.stdout.utf8)) as? [String: Any])
    #expect((0...1).contains(try #require(fields["label_accuracy"] as? Double)))
    #expect((fields["elbo"] as? Double).map(\.isFinite) == true)
  }

  @Test func recordsItsClassesAndResumes() throws {
    let folder = try TemporaryFolder()
    for name in ["data", "tiny.yaml", "runs"] {
      try FileManager.default.copyItem(
        atPath: "\(try path())/\(name)", toPath: "\(folder.path)/\(name)")
    }
    let last = "\(folder.path)/runs/tiny/checkpoints/last.safetensors"
    expectSuccess(
      try Gputrain.run(["train", "tiny", "--resume", "--epochs", "2"], in: folder.path))
    var resumed = try Tensors.read(last)
    #expect(
      resumed.metadata["classes"] == #"["0","1","2","3","4","5","6","7","8","9"]"#)
    expectSuccess(
      try Gputrain.run(
        ["train", "tiny.yaml", "--dataset", "./data", "--epochs", "2", "--out", "whole"],
        in: folder.path))
    #expect(
      try Tensors.read("\(folder.path)/whole/checkpoints/last.safetensors").tensors
        == resumed.tensors)
    resumed.metadata["classes"] = #"["one"]"#
    try AtomicFile.write(try resumed.encoded(), to: folder.path + "/bad")
    expectRefusal(
      try Gputrain.run(["sample", "bad"], in: folder.path), 65,
      "bad does not name the 10 classes of its model")
  }

  @Test func requestsThatMakeNoSense() throws {
    expectRefusal(
      try run("sample", "runs/tiny", "--label", "ten"), 64,
      "--label ten is not one of the model's classes: 0, 1, 2, 3, 4, 5, 6, 7, 8, 9")
    expectRefusal(
      try run("sample", try TrainedRun.get().checkpoint, "--label", "1"), 64,
      "--label 1 chooses a class, and linear-vae is not conditional on classes; leave it out")
    let folder = try TemporaryFolder()
    try TinyModel.write(to: folder, replacing: "latent: 16\n", with: "latent: 16\nlabels: 9\n")
    try TinyData.write(to: folder.path + "/data")
    expectRefusal(
      try Gputrain.run(["train", "tiny.yaml", "--dataset", "./data"], in: folder.path), 65,
      "it is conditional on 9 classes, and ./data has 10; train on other images, or give the ")
    try TinyData.write(
      to: folder.path + "/bare", without: [TinyData.trainLabels, TinyData.validationLabels])
    expectRefusal(
      try Gputrain.run(["train", "tiny.yaml", "--dataset", "./bare"], in: folder.path), 65,
      "it is conditional on 9 classes, and images of ./bare have no labels")
  }
}
