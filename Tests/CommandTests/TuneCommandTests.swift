import Files
import Foundation
import SafeTensors
import TestFiles
import Testing

/// `tune`, and how trainings use its results.
@Suite struct TuneCommandTests {
  /// The output of `tune --json`.
  private struct Report: Decodable {
    struct Operation: Decodable {
      let operation: String
      let variants: [String]
      let defaultMs: Double
      let ms: Double
    }
    let model: String
    let batch: Int
    let operations: [Operation]
    let path: String
  }

  /// The report of a tuning, and the file that it wrote.
  private static let made = Result {
    let folder = try TemporaryFolder()
    let outcome = try Gputrain.run(
      ["tune", "linear-vae", "--batch-size", "4", "--seconds", "1", "--json"],
      environment: Gputrain.environment(cache: folder.path))
    expectSuccess(outcome)
    let report = try Self.report(outcome)
    #expect(report.path.hasPrefix(folder.path + "/gputrain/tuning/linear-vae-"))
    return (report: report, file: try readFile(path: report.path, maximumBytes: 1 << 20))
  }

  private static func report(_ outcome: Gputrain.Outcome) throws -> Report {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(Report.self, from: Data(outcome.stdout.utf8))
  }

  /// A folder with data and its own cache folder, in which every operation is tuned to its second
  /// variant.
  private struct Tuned {
    let folder = Result { try TemporaryFolder() }
    let path: String
    let file: String
    let variants: [String: String]

    init() throws {
      let (report, content) = try made.get()
      path = try folder.get().path
      let name = try #require(report.path.split(separator: "/").last)
      file = "\(path)/gputrain/tuning/\(name)"
      variants = Dictionary(
        report.operations.filter { $0.variants.count > 1 }.map { ($0.operation, $0.variants[1]) },
        uniquingKeysWith: { $1 })
      try createFolder("\(path)/gputrain/tuning")
      try AtomicFile.write(content, to: file)
      try write(variants)
      try TinyData.write(to: path + "/data")
    }

    /// Writes other variants into the file.
    func write(_ variants: [String: String]) throws {
      var content = try #require(try parse(file) as? [String: Any])
      content["variants"] = variants
      try AtomicFile.write(try JSONSerialization.data(withJSONObject: content), to: file)
    }

    func parse(_ path: String) throws -> Any {
      try JSONSerialization.jsonObject(
        with: Data(try readFile(path: path, maximumBytes: 1 << 20)))
    }

    func train(_ run: String, _ options: String...) throws -> Gputrain.Outcome {
      try Gputrain.run(
        ["train", "linear-vae", "--dataset", "./data", "--batch-size", "4", "--out", run] + options,
        environment: Gputrain.environment(cache: path), in: path)
    }

    /// The tuned variants in run.json.
    func tuning(of run: String) throws -> [String: String]? {
      (try parse("\(path)/\(run)/run.json") as? [String: Any])?["tuning"] as? [String: String]
    }

    func checkpoint(of run: String) throws -> [UInt8] {
      try readFile(
        path: "\(path)/\(run)/checkpoints/last.safetensors", maximumBytes: 1 << 24)
    }
  }

  @Test func measuresEveryProductOfAStep() throws {
    let report = try Self.made.get().report
    #expect(report.model == "linear-vae" && report.batch == 4)
    // Three products for each of six layers, except for the first one's data gradient.
    #expect(report.operations.count == 17)
    for operation in report.operations {
      #expect(operation.defaultMs > 0 && operation.ms <= operation.defaultMs, "\(operation)")
    }
  }

  /// MNIST's last batches have 3 images for training and 4 for validation, which has no gradients.
  @Test func measuresTheShortBatchesToo() throws {
    let folder = try TemporaryFolder()
    let outcome = try Gputrain.run(
      [
        "tune", "linear-vae", "--batch-size", "7", "--seconds", "1", "--convolution", "direct",
        "--json",
      ], environment: Gputrain.environment(cache: folder.path))
    expectSuccess(outcome)
    let report = try Self.report(outcome)
    let operations = Set(report.operations.map(\.operation))
    #expect(operations.isSuperset(of: (["7", "3", "4"].map { "gemm_nn \($0)×512×784" })))
    #expect(operations.contains("gemm_tn 784×512×3") && !operations.contains("gemm_tn 784×512×4"))
    let file = try JSONSerialization.jsonObject(
      with: Data(try readFile(path: report.path, maximumBytes: 1 << 20)))
    #expect((file as? [String: Any])?["convolution"] as? String == "direct")
  }

  /// A resumed run keeps the default variants that it began with, also on another device.
  @Test func aRunKeepsItsDefaultVariants() throws {
    let tuned = try Tuned()
    expectSuccess(try tuned.train("run", "--epochs", "1", "--no-tuning"))
    var record = try #require(try tuned.parse("\(tuned.path)/run/run.json") as? [String: Any])
    var variants = try #require(record["default_variants"] as? [String: String])
    #expect(variants.count >= tuned.variants.count && variants != tuned.variants)
    variants.merge(tuned.variants) { $1 }
    record["default_variants"] = variants
    record["compute_units"] = 1_000
    try AtomicFile.write(
      try JSONSerialization.data(withJSONObject: record), to: "\(tuned.path)/run/run.json")
    let outcome = try tuned.train("run", "--epochs", "2", "--resume")
    expectSuccess(outcome)
    #expect(outcome.stderr.contains("note: another number of compute units than the run was begun"))
    #expect(try tuned.tuning(of: "run") == [:])
    let metadata = try SafeTensorsFile(parsing: try tuned.checkpoint(of: "run")).metadata
    let kept = try JSONDecoder().decode(
      [String: String].self, from: Data(try #require(metadata["default_variants"]).utf8))
    #expect(kept == variants)
  }

  /// A run resumes with the variants that it began with, even if the file is gone.
  @Test func aRunKeepsItsTuning() throws {
    let tuned = try Tuned()
    let whole = try tuned.train("whole", "--epochs", "2")
    expectSuccess(whole)
    #expect(whole.stderr.contains("tuning: \(tuned.file), \(tuned.variants.count) operations\n"))
    #expect(try tuned.tuning(of: "whole") == tuned.variants)
    expectSuccess(try tuned.train("cut", "--epochs", "1"))
    try removeFile(tuned.file)
    expectRefusal(
      try tuned.train("cut", "--epochs", "2", "--resume", "--no-tuning"), 64,
      "--no-tuning contradicts the run in cut")
    expectSuccess(try tuned.train("cut", "--epochs", "2", "--resume"))
    #expect(try tuned.checkpoint(of: "cut") == tuned.checkpoint(of: "whole"))
    let metadata = try SafeTensorsFile(parsing: try tuned.checkpoint(of: "cut")).metadata
    let text = try #require(metadata["tuning"])
    #expect(
      try JSONDecoder().decode([String: String].self, from: Data(text.utf8)) == tuned.variants)
  }

  @Test func isIgnoredWithNoTuning() throws {
    let tuned = try Tuned()
    let outcome = try tuned.train("plain", "--epochs", "1", "--no-tuning")
    expectSuccess(outcome)
    #expect(!outcome.stderr.contains("tuning: "))
    #expect(try tuned.tuning(of: "plain") == [:])
    let record = try tuned.parse("\(tuned.path)/plain/run.json") as? [String: Any]
    #expect((record?["command"] as? [String])?.contains("--no-tuning") == true)
  }

  /// A damaged file and an unknown variant change nothing, and a note says so.
  @Test func aDamagedFileIsLeftAlone() throws {
    let tuned = try Tuned()
    let operation = try #require(tuned.variants.keys.min())
    try tuned.write([operation: "by magic"])
    let stranger = try tuned.train("stranger", "--epochs", "1")
    expectSuccess(stranger)
    #expect(stranger.stderr.contains("note: \(operation) used the variant "))
    try AtomicFile.write("{}", to: tuned.file)
    let damaged = try tuned.train("damaged", "--epochs", "1")
    expectSuccess(damaged)
    #expect(damaged.stderr.contains("note: \(tuned.file) is damaged"))
    #expect(try tuned.tuning(of: "damaged") == [:])
  }

  @Test func wrongOptionsAreRefused() throws {
    expectUsageError(try Gputrain.run(["tune", "vae"]), "vae")
    expectUsageError(try Gputrain.run(["tune", "--seconds", "0"]), "--seconds")
    expectUsageError(try Gputrain.run(["tune", "--batch-size", "0"]), "--batch-size")
  }

  /// If nothing can be kept, an error says so after the measurements were printed.
  @Test func aCacheFolderThatCannotBeMade() throws {
    let outcome = try Gputrain.run(
      ["tune", "linear-vae", "--batch-size", "4", "--seconds", "1"],
      environment: Gputrain.environment(cache: "/proc/none"))
    #expect(outcome.status == 74, "\(outcome)")
    #expect(outcome.stdout.contains("operations are tuned"))
    #expect(outcome.stdoutLines.allSatisfy { $0.count <= 100 })
  }
}
