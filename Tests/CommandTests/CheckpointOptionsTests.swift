import Files
import Foundation
import SafeTensors
import TestFiles
import Testing

/// Plain weights, and the model that the user names for them.
@Suite struct CheckpointOptionsTests {
  /// The files that `sample` and `reconstruct` write, with these weights.
  private func outputs(
    _ weights: String, _ options: [String] = [], in folder: TemporaryFolder,
    commands: [String] = ["sample", "reconstruct"]
  ) throws -> [[UInt8]] {
    try commands.flatMap { command in
      let data = command == "sample" ? [] : ["--dataset", try TrainedRun.get().data]
      expectSuccess(
        try Gputrain.run(
          [command, weights, "--count", "5", "--tensors", "t", "--out", "p"] + data + options,
          in: folder.path))
      return try ["t", "p"].map {
        try readFile(path: "\(folder.path)/\($0)", maximumBytes: 1 << 24)
      }
    }
  }

  @Test func plainWeightsGiveTheSameBytesAsTheirCheckpoint() throws {
    let run = try TrainedRun.get()
    let folder = try TemporaryFolder()
    let tensors = try Tensors.read(run.checkpoint).tensors
    let plain = tensors.filter { !$0.name.hasPrefix("optimizer.") }
    #expect(plain.count == 12 && tensors.count == 36)
    // PyTorch sorts tensors by name.
    try Tensors.write(plain.sorted { $0.name < $1.name }, to: folder.path + "/weights")
    let model = ["--model", "linear-vae"]
    let expected = try outputs(run.path, in: folder)
    #expect(try outputs("weights", model, in: folder) == expected)
    // --model may repeat what the checkpoint says.
    #expect(try outputs(run.path, model, in: folder) == expected)
  }

  /// Each command needs the weights of the networks that it runs, and no others.
  @Test(arguments: [
    ("linear-gan", "generator."), ("dcgan", "generator."), ("linear-vae", "decoder."),
    ("conv-vae", ""),
  ])
  func allModels(model: String, decoder: String) throws {
    let folder = try TemporaryFolder()
    let tensors = PlainWeights.tensors(of: model)
    func write(_ name: String, _ prefix: String, _ metadata: [String: String] = [:]) throws {
      try Tensors.write(
        tensors.filter { $0.name.hasPrefix(prefix) }, metadata: metadata,
        to: "\(folder.path)/\(name)")
    }
    try write("checkpoint", "", ["model": model])
    try write("decoder", decoder)
    try write("observer", "", ["format": "pt"])
    let expected = try outputs("checkpoint", in: folder)
    let found =
      try outputs("decoder", ["--model", model], in: folder, commands: ["sample"])
      + outputs("observer", ["--model", model], in: folder, commands: ["reconstruct"])
    #expect(found == expected)
  }

  @Test(arguments: ["sample", "reconstruct"])
  func theModelMustBeKnownAndNotContradicted(command: String) throws {
    let run = try TrainedRun.get()
    let folder = try TemporaryFolder()
    try Tensors.write(PlainWeights.tensors(of: "linear-vae"), to: folder.path + "/plain")
    try Tensors.write([], metadata: ["model": "large-vae"], to: folder.path + "/large")
    let data = command == "sample" ? [] : ["--dataset", run.data]
    for (weights, model, status, reason) in [
      ("plain", nil, 65, "plain does not say which model it belongs to; name it with --model"),
      (run.path, "conv-vae", 64, "--model conv-vae contradicts \(run.checkpoint), which belongs"),
      ("large", "linear-vae", 64, "--model linear-vae contradicts large, which belongs to 'large"),
      ("plain", "conv-vae", 65, "plain does not fit conv-vae: it has no tensor '"),
      ("plain", "dcgan", 65, "plain does not fit dcgan: it has no tensor '"),
    ] as [(String, String?, Int32, String)] {
      expectRefusal(
        try Gputrain.run(
          [command, weights] + data + (model.map { ["--model", $0] } ?? []), in: folder.path),
        status, reason)
    }
    #expect(try folder.names() == ["large", "plain"])
  }

  /// Numbers that each type can represent, under the names of torch.compile and DataParallel.
  @Test func weightsOfOtherPrecisionsAndNames() throws {
    let folder = try TemporaryFolder()
    let decoder = PlainWeights.tensors(of: "linear-vae").filter { $0.name.hasPrefix("decoder.") }
    func images(_ type: ElementType, _ prefix: String, _ bytes: (Float) -> [UInt8]) throws
      -> (bytes: [UInt8], notes: [Substring])
    {
      let tensors = try decoder.map { tensor in
        SafeTensor(
          name: prefix + tensor.name, elementType: type, shape: tensor.shape,
          data: try tensor.floats().flatMap { bytes(($0 * 1024).rounded() / 1024) })
      }
      try Tensors.write(tensors, to: folder.path + "/weights")
      let outcome = try Gputrain.run(
        ["sample", "weights", "--model", "linear-vae", "--count", "1", "--tensors", "t"],
        in: folder.path)
      expectSuccess(outcome)
      return (
        try readFile(path: folder.path + "/t", maximumBytes: 1 << 20),
        outcome.stderrLines.filter { $0.hasPrefix("note: ") }
      )
    }
    func raw<Bits>(_ bits: Bits) -> [UInt8] { withUnsafeBytes(of: bits) { [UInt8]($0) } }
    func note(_ type: String) -> [Substring] {
      [
        "note: weights holds numbers in \(type), which are converted to F32",
        """
        note: weights has tensor names with parts of a wrapper, such as 'module', which are ignored
        """,
      ]
    }
    let plain = try images(.float32, "") { raw($0) }
    #expect(plain.notes == [])
    let doubles = try images(.float64, "_orig_mod.") { raw(Double($0)) }
    #expect(doubles.bytes == plain.bytes && doubles.notes == note("F64"))
    let halves = try images(.float16, "module._orig_mod.") { raw(Float16($0)) }
    #expect(halves.bytes == plain.bytes && halves.notes == note("F16"))
  }
}
