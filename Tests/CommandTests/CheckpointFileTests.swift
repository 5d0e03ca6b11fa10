import Files
import Foundation
import GenerativeModels
import SafeTensors
import TestFiles
import Testing

@testable import gputrain

/// Checkpoints that cannot be used: exit code 65, and no picture.
@Suite struct CheckpointFileTests {
  /// Runs `sample` on `checkpoint` in a folder.
  private func expectRefused(
    _ folder: TemporaryFolder, _ checkpoint: String = "checkpoint", _ texts: String...,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let before = try tree(folder.path)
    let outcome = try Gputrain.run(["sample", checkpoint], in: folder.path)
    for text in texts { expectRefusal(outcome, 65, text, sourceLocation: sourceLocation) }
    #expect(try tree(folder.path) == before, sourceLocation: sourceLocation)
  }

  @Test func nothingThere() throws {
    let folder = try TemporaryFolder()
    try createFolder(folder.path + "/run/checkpoints")
    #expect(mkfifo(folder.path + "/pipe", 0o600) == 0)
    try expectRefused(folder, "no", "cannot read no: No such file or directory; check the path")
    try expectRefused(folder, "run", "cannot read run/checkpoints/last.safetensors: No such file")
    try expectRefused(folder, "pipe", "cannot read pipe: not a regular file")
    try expectRefused(folder, "", "cannot read : No such file")
  }

  @Test func truncations() throws {
    let bytes = try readFile(path: try TrainedRun.get().checkpoint, maximumBytes: 1 << 24)
    let folder = try TemporaryFolder()
    let header = bytes[..<8].reversed().reduce(0) { $0 << 8 | Int($1) }
    for count in [0, 7, 8, 9, header, header + 8, header + 9, bytes.count / 2, bytes.count - 1] {
      try AtomicFile.write(Array(bytes.prefix(count)), to: folder.path + "/checkpoint")
      try expectRefused(folder, "checkpoint", "checkpoint is not a usable safetensors file: ")
    }
    try AtomicFile.write(bytes + [0], to: folder.path + "/checkpoint")
    try expectRefused(folder, "checkpoint", "not a whole safetensors file")
  }

  /// PyTorch's own format, and the pointer that a repository has without Git LFS.
  @Test(arguments: [
    ("PK\u{3}\u{4}\0\0\u{8}\u{8}", "it is a zip archive, as torch.save writes (.pt); load it in"),
    ("version https://git-lfs.github.com/spec/v1\noid sha256:0", "it is a Git LFS pointer"),
  ])
  func anotherKindOfFile(head: String, reason: String) throws {
    let folder = try TemporaryFolder()
    try AtomicFile.write(head, to: folder.path + "/checkpoint")
    try expectRefused(
      folder, "checkpoint", "checkpoint is not a usable safetensors file: \(reason)")
  }

  @Test(arguments: [
    [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], [0, 0, 0, 0, 0, 1, 0, 0],
    [0, 0, 0, 0, 0, 0, 0, 0x80], [0, 0, 0, 6, 0, 0, 0, 0],
  ])
  func aHugeHeader(length: [UInt8]) throws {
    let folder = try TemporaryFolder()
    try AtomicFile.write(length + Array("{}".utf8), to: folder.path + "/checkpoint")
    try expectRefused(folder, "checkpoint", "it claims a header of ", "and has 2")
  }

  @Test func anotherModel() throws {
    let folder = try TemporaryFolder()
    for (metadata, reason) in [
      ([:], "checkpoint does not say which model it belongs to; name it with --model"),
      (["model": "large-vae"], "checkpoint belongs to an unknown model, 'large-vae'"),
      (["model": "a\nb"], #"belongs to an unknown model, 'a\nb'"#),
      (["model": "linear-vae"], "checkpoint does not fit linear-vae: it has no tensor 'decoder.0"),
    ] {
      try Tensors.write([], metadata: metadata, to: folder.path + "/checkpoint")
      try expectRefused(folder, "checkpoint", reason)
    }
  }

  @Test func aMissingTensor() throws {
    let folder = try TemporaryFolder()
    var bad = try Tensors.read(try TrainedRun.get().checkpoint)
    bad.tensors.removeAll { $0.name == "decoder.4.bias" }
    try AtomicFile.write(try bad.encoded(), to: folder.path + "/checkpoint")
    try expectRefused(folder, "checkpoint", "it has no tensor 'decoder.4.bias'")
  }

  @Test func aWrongShapeOrType() throws {
    let folder = try TemporaryFolder()
    let good = try Tensors.read(try TrainedRun.get().checkpoint)
    let index = try #require(good.tensors.firstIndex { $0.name == "decoder.2.weight" })
    #expect(good.tensors[index].shape == [512, 128])
    for (type, shape) in [
      (ElementType.float32, [128, 512]), (.float32, [65_536]), (.int32, [512, 128]),
    ] {
      var bad = good
      bad.tensors[index].shape = shape
      bad.tensors[index].elementType = type
      try AtomicFile.write(try bad.encoded(), to: folder.path + "/checkpoint")
      try expectRefused(
        folder, "checkpoint",
        "checkpoint does not fit linear-vae: its tensor 'decoder.2.weight' is",
        "\(type.rawValue) \(shape), not F32 [512, 128]")
    }
  }
}
