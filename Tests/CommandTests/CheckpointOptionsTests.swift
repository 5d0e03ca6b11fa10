import Files
import Foundation
import SafeTensors
import TestFiles
import Testing

/// Plain weights, and the model that the user says they are of.
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
    // What the checkpoint says may be said again.
    #expect(try outputs(run.path, model, in: folder) == expected)
  }

  /// Also: each command needs the weights of the networks that it runs, and no others.
  @Test(arguments: [
    ("linear-gan", "generator.", "discriminator."), ("dcgan", "generator.", "discriminator."),
    ("linear-vae", "decoder.", ""), ("conv-vae", "", ""),
  ])
  func allModels(model: String, decoder: String, observer: String) throws {
    let folder = try TemporaryFolder()
    let tensors = PlainWeights.tensors(of: model)
    func write(_ name: String, _ prefix: String, _ metadata: [String: String] = [:]) throws {
      try Tensors.write(
        tensors.filter { $0.name.hasPrefix(prefix) }, metadata: metadata,
        to: "\(folder.path)/\(name)")
    }
    try write("checkpoint", "", ["model": model])
    try write("decoder", decoder)
    try write("observer", observer, ["format": "pt"])
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

  @Test func weightsOfAnotherPrecision() throws {
    let folder = try TemporaryFolder()
    for (type, size) in [(ElementType.float16, 2), (.bfloat16, 2), (.float64, 8)] {
      let tensors = PlainWeights.tensors(of: "linear-vae").map { tensor in
        SafeTensor(
          name: tensor.name, elementType: type, shape: tensor.shape,
          data: [UInt8](repeating: 0, count: tensor.data.count / 4 * size))
      }
      try Tensors.write(tensors, to: folder.path + "/plain")
      expectRefusal(
        try Gputrain.run(["sample", "plain", "--model", "linear-vae"], in: folder.path), 65,
        "plain does not fit linear-vae: its tensor 'decoder.0.weight' is \(type.rawValue) "
          + "[128, 16], not F32 [128, 16]; save it as 32-bit floats")
    }
    #expect(try folder.names() == ["plain"])
  }
}
