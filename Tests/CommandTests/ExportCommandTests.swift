import Files
import Foundation
import TestFiles
import Testing

/// `export`. `scripts/check-onnx` compares the numbers of the models.
@Suite struct ExportCommandTests {
  @Test func aDecoderAndAnEncoder() throws {
    let run = try TrainedRun.get()
    let folder = try TemporaryFolder()
    let outcome = try Gputrain.run(["export", run.path, "--onnx", "d.onnx"], in: folder.path)
    expectSuccess(outcome)
    #expect(outcome.stdout == "d.onnx\n")
    #expect(outcome.stderr.isEmpty)
    let bytes = try readFile(path: "\(folder.path)/d.onnx", maximumBytes: 1 << 24)
    // Version 8 of the format; the producer.
    #expect(bytes.starts(with: [8, 8, 18, 8] + "gputrain".utf8))
    let encoder = try Gputrain.run(
      ["export", run.checkpoint, "--onnx", "e.onnx", "--network", "encoder"], in: folder.path)
    expectSuccess(encoder)
    let text = String(
      decoding: try readFile(path: "\(folder.path)/e.onnx", maximumBytes: 1 << 24), as: UTF8.self)
    for part in ["log_variance", "encoder.0.weight", #""name":"linear-vae""#, "image_range"] {
      #expect(text.contains(part))
    }
  }

  @Test func requestsThatMakeNoSense() throws {
    let run = try TrainedRun.get()
    let folder = try TemporaryFolder()
    func refused(_ options: String...) throws -> Gputrain.Outcome {
      try Gputrain.run(["export"] + options, in: folder.path)
    }
    expectRefusal(
      try refused(run.path, "--onnx", "d.onnx", "--network", "generator"), 64,
      "--network generator is not a network of linear-vae, which has encoder and decoder")
    expectRefusal(
      try refused("none", "--onnx", "d.onnx"), 65, "cannot read none")
    expectRefusal(
      try refused(run.path, "--onnx", "missing/d.onnx"), 74, "cannot write missing/d.onnx")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
  }
}
