import Files
import Foundation
import TestFiles
import Testing

/// `--precision`, and what goes with it.
@Suite struct PrecisionOptionsTests {
  /// Tensor cores are emulated.
  private static let emulated = ["GPUTRAIN_TEST_TENSOR_CORES": "emulated"]

  @Test func aDeviceThatCannot() throws {
    let folder = try TemporaryFolder()
    try TinyData.write(to: folder.path + "/data")
    for (command, options) in [
      (["bench", "linear-vae"], ["--precision", "tf32"]),
      (["profile", "linear-vae"], ["--precision", "bf16"]),
      (["selftest", "--model", "linear-vae"], ["--kernels", "tensorcore"]),
      (["tune", "linear-vae"], ["--kernels", "tensorcore", "--precision", "bf16"]),
      (["plan", "linear-vae"], ["--precision", "tf32"]),
      (["plan", "dcgan", "--json"], ["--precision", "bf16"]),
      (
        ["train", "linear-vae", "--dataset", "./data", "--batch-size", "8", "--out", "run"],
        ["--precision", "tf32"]
      ),
    ] {
      let precision = options.last == "bf16" ? "bf16" : "tf32"
      expectRefusal(
        try Gputrain.run(command + options, in: folder.path), 69,
        "cannot compute in \(precision): that takes the tensor cores",
        "leave out --precision and --kernels, or choose another --device")
    }
    #expect(try folder.names() == ["data"])
  }

  @Test func optionsThatContradictEachOther() throws {
    for (kernels, precision) in [
      ("register", "tf32"), ("workgroup", "bf16"), ("tensorcore", "float32"),
    ] {
      expectRefusal(
        try Gputrain.run(["bench", "linear-vae", "--kernels", kernels, "--precision", precision]),
        64, "--kernels \(kernels) cannot compute in \(precision)")
    }
    expectUsageError(
      try Gputrain.run(["train", "linear-vae", "--precision", "float16"]), "--precision")
    expectRefusal(
      try Gputrain.run(["bench", "linear-vae", "--precision", "tf32", "--convolution", "winograd"]),
      64, "--convolution winograd needs --kernels register")
    expectRefusal(
      try Gputrain.run(["sample", try TrainedRun.get().path, "--kernels", "tensorcore"]), 64,
      "--kernels tensorcore cannot compute in float32")
  }

  /// The self-test tolerates the rounding of the precision, and no more.
  @Test(arguments: [("tf32", 0x1p-10), ("bf16", 0x1p-7)])
  func theSelfTestKnowsThePrecision(precision: String, allowed: Double) throws {
    let outcome = try Gputrain.run(
      [
        "selftest", "--model", "linear-vae", "--batch-size", "8", "--precision", precision,
        "--json",
      ],
      environment: Self.emulated)
    expectSuccess(outcome)
    let parsed = try JSONSerialization.jsonObject(with: Data(outcome.stdout.utf8))
    let test = try #require(parsed as? [String: Any])
    #expect(test["kernels"] as? String == "tensorcore" && test["precision"] as? String == precision)
    for result in try #require(test["results"] as? [[String: Any]]) {
      let label = try #require(result["label"] as? String)
      let error = try #require(result["error"] as? Double)
      let tolerance = try #require(result["tolerance"] as? Double)
      // Layers are products; all else is float32.
      let isProduct = label.contains("coder.") && !label.hasSuffix(".initialize")
      #expect(isProduct ? tolerance == allowed : tolerance < 1e-4, "\(label)")
      #expect(isProduct ? error > allowed / 20 : error < 1e-4, "\(label): \(error)")
    }
  }

  private func record(_ run: String) throws -> [String: Any] {
    let bytes = try readFile(path: run + "/run.json", maximumBytes: 1 << 16)
    return try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
  }

  @Test func aRunKeepsItsPrecision() throws {
    let folder = try TemporaryFolder()
    try TinyData.write(to: folder.path + "/data")
    let run = folder.path + "/run"
    func train(_ options: [String], _ environment: [String: String?] = Self.emulated) throws
      -> Gputrain.Outcome
    {
      try Gputrain.run(
        ["train", "linear-vae"] + options, environment: environment, in: folder.path)
    }
    let begin = [
      "--dataset", "./data", "--batch-size", "8", "--epochs", "1", "--precision", "tf32",
    ]
    expectSuccess(try train(begin + ["--out", "run"]))
    let record = try record(run)
    #expect(
      record["precision"] as? String == "tf32" && record["kernels"] as? String == "tensorcore")
    #expect(
      (record["command"] as? [String] ?? []).joined(separator: " ").contains("--precision tf32"))
    let last = run + "/checkpoints/last.safetensors"
    #expect(try Tensors.read(last).metadata["precision"] == "tf32")

    let resume = ["--resume", "--out", "run", "--epochs", "2"]
    let before = try tree(run)
    expectRefusal(try train(resume, [:]), 69, "cannot compute in tf32")
    for (options, asked) in [
      (["--precision", "bf16"], "bf16"), (["--precision", "float32"], "float32"),
      (["--kernels", "workgroup"], "float32"),
    ] {
      expectRefusal(
        try train(resume + options), 64,
        "--precision \(asked) contradicts the run in run, which was begun with tf32;")
    }
    #expect(try tree(run) == before)
    expectSuccess(try train(resume))
    #expect(try self.record(run)["precision"] as? String == "tf32")
    #expect(try Tensors.read(last).metadata["epoch"] == "2")
  }

  /// On any device, whether it could or not.
  @Test func aRunInFloat32IsNotMadeAnother() throws {
    let run = try TrainedRun.get()
    expectRefusal(
      try Gputrain.run(
        ["train", "linear-vae", "--resume", "--out", run.path, "--precision", "tf32"],
        in: run.parent),
      64, "--precision tf32 contradicts the run in \(run.path), which was begun with float32;")
  }

  /// Runs before there was a choice have no precision.
  @Test func aRecordWithoutAPrecisionIsOfFloat32() throws {
    let folder = try TemporaryFolder()
    try TinyData.write(to: folder.path + "/data")
    let run = folder.path + "/run"
    let begin = [
      "train", "linear-vae", "--dataset", "./data", "--batch-size", "8", "--epochs", "1",
    ]
    expectSuccess(try Gputrain.run(begin + ["--out", "run"], in: folder.path))
    let text = try String(contentsOfFile: run + "/run.json", encoding: .utf8)
    let old = text.replacing("  \"precision\" : \"float32\",\n", with: "")
    #expect(old != text)
    try AtomicFile.write(old, to: run + "/run.json")
    let resume = ["train", "linear-vae", "--resume", "--out", "run", "--epochs", "2"]
    expectRefusal(
      try Gputrain.run(resume + ["--precision", "bf16"], in: folder.path), 64,
      "--precision bf16 contradicts the run in run, which was begun with float32;")
    expectSuccess(try Gputrain.run(resume, in: folder.path))
    #expect(try record(run)["precision"] as? String == "float32")
  }
}
