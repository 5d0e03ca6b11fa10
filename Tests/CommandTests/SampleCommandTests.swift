import Files
import Foundation
import SafeTensors
import TestFiles
import Testing

/// `sample`: what it draws, and the checkpoints and latents that it refuses.
@Suite struct SampleCommandTests {
  private func read(_ path: String) throws -> SafeTensorsFile {
    try SafeTensorsFile(parsing: try readFile(path: path, maximumBytes: 1 << 26))
  }

  /// A copy of the trained checkpoint, changed.
  private func changed(
    in folder: TemporaryFolder, _ change: (inout SafeTensorsFile) -> Void
  ) throws -> String {
    var file = try read(try TrainedRun.get().checkpoint)
    change(&file)
    let path = folder.path + "/changed.safetensors"
    try AtomicFile.write(try file.encoded(), to: path)
    return path
  }

  @Test func theSameSeedGivesTheSamePicture() throws {
    let folder = try TemporaryFolder()
    let run = try TrainedRun.get()
    for (name, seed) in [("a.png", "7"), ("b.png", "7"), ("c.png", "8")] {
      let outcome = try Gputrain.run(
        ["sample", run.path, "--seed", seed, "--count", "30", "--out", name], in: folder.path)
      #expect(outcome.status == 0 && outcome.stdout == "\(name)\n", "\(outcome)")
    }
    func bytes(_ name: String) throws -> [UInt8] {
      try readFile(path: "\(folder.path)/\(name)", maximumBytes: 1 << 20)
    }
    #expect(try bytes("a.png") == bytes("b.png"))
    #expect(try bytes("a.png") != bytes("c.png"))
  }

  @Test func givenLatentsBecomeAsManyImages() throws {
    let folder = try TemporaryFolder()
    let z = SafeTensor(name: "z", shape: [27, 16], floats: (0..<432).map { Float($0) / 432 })
    try AtomicFile.write(
      try SafeTensorsFile(tensors: [z]).encoded(), to: folder.path + "/z.safetensors")
    let outcome = try Gputrain.run(
      [
        "sample", try TrainedRun.get().checkpoint, "--latents", "z.safetensors", "--tensors",
        "images.safetensors",
      ], in: folder.path)
    #expect(outcome.status == 0, "\(outcome)")
    let images = try #require(try read(folder.path + "/images.safetensors")["images"])
    #expect(images.shape == [27, 28, 28])
    #expect(try images.floats().allSatisfy { (0...1).contains($0) })
    #expect(try folder.names().sorted() == ["images.safetensors", "z.safetensors"])
  }

  @Test(arguments: [
    SafeTensor(name: "y", shape: [1, 16], floats: [Float](repeating: 0, count: 16)),
    SafeTensor(name: "z", shape: [1, 15], floats: [Float](repeating: 0, count: 15)),
    SafeTensor(name: "z", shape: [16], floats: [Float](repeating: 0, count: 16)),
    SafeTensor(name: "z", shape: [0, 16], floats: []),
    SafeTensor(
      name: "z", elementType: .uint8, shape: [1, 16], data: [UInt8](repeating: 0, count: 16)),
  ])
  func latentsOfAnotherForm(z: SafeTensor) throws {
    let folder = try TemporaryFolder()
    try AtomicFile.write(
      try SafeTensorsFile(tensors: [z]).encoded(), to: folder.path + "/z.safetensors")
    expectRefusal(
      try Gputrain.run(
        ["sample", try TrainedRun.get().checkpoint, "--latents", "z.safetensors"],
        in: folder.path), 65, "z.safetensors", "[n, 16]")
    #expect(try folder.names() == ["z.safetensors"])
  }

  @Test func aCheckpointCutAnywhere() throws {
    let folder = try TemporaryFolder()
    let bytes = try readFile(path: try TrainedRun.get().checkpoint, maximumBytes: 1 << 26)
    let path = folder.path + "/cut.safetensors"
    for count in [0, 1, 7, 8, 9, 100, 5000, bytes.count / 2, bytes.count - 1] {
      try AtomicFile.write(Array(bytes.prefix(count)), to: path)
      expectRefusal(try Gputrain.run(["sample", path], in: folder.path), 65, path)
    }
    #expect(try folder.names() == ["cut.safetensors"])
  }

  @Test func aHeaderThatClaimsToBeHuge() throws {
    let folder = try TemporaryFolder()
    let path = folder.path + "/huge.safetensors"
    for length: UInt64 in [1 << 20, 1 << 40, .max] {
      let header = withUnsafeBytes(of: length.littleEndian) { Array($0) }
      try AtomicFile.write(header + Array("{}".utf8), to: path)
      expectRefusal(try Gputrain.run(["sample", path], in: folder.path), 65, path)
    }
  }

  @Test func aTensorOfAnotherShapeOrMissing() throws {
    let folder = try TemporaryFolder()
    let name = "decoder.2.weight"
    let reshaped = try changed(in: folder) { file in
      for index in file.tensors.indices where file.tensors[index].name == name {
        file.tensors[index].shape.reverse()
      }
    }
    expectRefusal(try Gputrain.run(["sample", reshaped], in: folder.path), 65, name, "[512, 128]")
    let missing = try changed(in: folder) { $0.tensors.removeAll { $0.name == name } }
    expectRefusal(try Gputrain.run(["sample", missing], in: folder.path), 65, name)
  }

  @Test func aCheckpointOfAnotherModelOrOfNone() throws {
    let folder = try TemporaryFolder()
    let unknown = try changed(in: folder) { $0.metadata["model"] = "transformer" }
    expectRefusal(try Gputrain.run(["sample", unknown], in: folder.path), 65, "'transformer'")
    let silent = try changed(in: folder) { $0.metadata["model"] = nil }
    expectRefusal(try Gputrain.run(["sample", silent], in: folder.path), 65, "which model")
  }

  @Test func aFolderWithoutACheckpointAndAFileThatIsNotThere() throws {
    let folder = try TemporaryFolder()
    expectRefusal(try Gputrain.run(["sample", folder.path]), 65, "last.safetensors")
    expectRefusal(try Gputrain.run(["sample", folder.path + "/none"]), 65, "none")
  }

  @Test func aPlaceThatCannotBeWritten() throws {
    expectRefusal(
      try Gputrain.run(["sample", try TrainedRun.get().path, "--out", "/proc/x/s.png"]), 74,
      "/proc/x/s.png")
  }
}
