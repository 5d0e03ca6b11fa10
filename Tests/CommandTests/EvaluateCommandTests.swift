import Datasets
import Files
import Foundation
import KnownDatasets
import SafeTensors
import TestFiles
import Testing

@testable import gputrain

/// `evaluate`, and the classifier that it trains.
@Suite struct EvaluateCommandTests {
  /// A folder with tiny data, weights and a cache folder of its own.
  private struct Place {
    let folder: TemporaryFolder

    init(without: [String] = [], changing: [String: [UInt8]] = [:]) throws {
      folder = try TemporaryFolder()
      try TinyData.write(to: folder.path + "/data", changing: changing, without: without)
      try Tensors.write(PlainWeights.tensors(of: "linear-gan"), to: folder.path + "/gan")
      try Tensors.write(
        PlainWeights.tensors(of: "linear-vae"), metadata: ["model": "linear-vae"],
        to: folder.path + "/vae")
    }

    func evaluate(_ options: String...) throws -> Gputrain.Outcome {
      try Gputrain.run(
        ["evaluate", "--dataset", "./data"] + options,
        environment: Gputrain.environment(cache: folder.path + "/cache"), in: folder.path)
    }

    /// The classifier's file.
    func classifier() throws -> String {
      let path = folder.path + "/cache/gputrain/classifiers"
      let names = try FileManager.default.contentsOfDirectory(atPath: path)
      #expect(names.count == 1)
      return "\(path)/\(try #require(names.first))"
    }
  }

  private static let measures = [
    "class_coverage", "class_entropy", "frechet_distance", "kernel_distance",
    "kernel_distance_standard_error", "mean_confidence", "nearest_training_distance", "precision",
    "recall",
  ]

  private static func fields(of line: Substring) throws -> [String: Any] {
    let object = try JSONSerialization.jsonObject(with: Data(line.utf8))
    return try #require(object as? [String: Any])
  }

  @Test func printsAllNumbersAndKeepsTheClassifier() throws {
    let place = try Place()
    let first = try place.evaluate("vae", "vae", "--json")
    expectSuccess(first)
    #expect(first.stderrLines.contains { $0.hasPrefix("classifier: training on ") })
    let lines = first.stdoutLines
    #expect(lines.count == 2 && lines[0] == lines[1])
    let fields = try Self.fields(of: lines[0])
    #expect(
      fields.keys.sorted()
        == (Self.measures + [
          "active_units", "baseline", "checkpoint", "classifier_accuracy", "classifier_seed",
          "classifier_sha256", "data_sha256", "dataset", "device", "elbo", "iw_bound", "model",
          "reconstruction", "samples", "seed", "training_images",
        ]).sorted())
    #expect(fields["checkpoint"] as? String == "vae" && fields["model"] as? String == "linear-vae")
    #expect(fields["samples"] as? Int == TinyData.validationCount)
    let classifier = try readFile(path: try place.classifier(), maximumBytes: 1 << 24)
    #expect(fields["classifier_sha256"] as? String == Digest.sha256.hex(of: [classifier]))
    let baseline = try #require(fields["baseline"] as? [String: Double])
    #expect(baseline.keys.sorted() == Self.measures)
    // The second time, the classifier is the same, and so is every bit.
    let second = try place.evaluate("vae", "--json")
    expectSuccess(second)
    #expect(!second.stderr.contains("epoch"))
    #expect(second.stdoutLines == [lines[0]])
    let other = try place.evaluate("vae", "--json", "--seed", "2", "--samples", "5")
    expectSuccess(other)
    #expect(other.stdoutLines != [lines[0]] && other.stdout.contains(#""samples":5"#))
  }

  @Test func plainWeightsGiveATableAndTensors() throws {
    let place = try Place()
    let outcome = try place.evaluate("gan", "--model", "linear-gan", "--tensors", "t")
    expectSuccess(outcome)
    #expect(outcome.stdoutLines.allSatisfy { $0.count <= 100 })
    for text in [
      "gan: linear-gan\n8 images of seed 1, against 32 training images of ./data\n",
      "Fréchet distance", "baseline", "recall",
    ] {
      #expect(outcome.stdout.contains(text), "\(text)")
    }
    #expect(!outcome.stdout.contains("ELBO"))
    let file = try Tensors.read(place.folder.path + "/t")
    #expect(
      file.tensors.map(\.name)
        == ["features", "logits", "baseline_features", "baseline_logits", "training_features"])
    #expect(file.tensors.map(\.shape) == [[8, 64], [8, 10], [8, 64], [8, 10], [32, 64]])
  }

  @Test func aRunIsComparedWithItsOwnData() throws {
    let place = try Place()
    let path = place.folder.path
    func gputrain(_ options: String...) throws -> Gputrain.Outcome {
      try Gputrain.run(
        options, environment: Gputrain.environment(cache: path + "/cache"), in: path)
    }
    try TinyData.write(to: path + "/others")
    for (run, data) in [("run", "./data"), ("other", "./others")] {
      expectSuccess(
        try gputrain(
          "train", "linear-vae", "--dataset", data, "--batch-size", "8", "--epochs", "1", "--out",
          run))
    }
    let outcome = try gputrain("evaluate", "other", "--json")
    expectSuccess(outcome)
    #expect(outcome.stdout.contains(#""dataset":"./others""#))
    #expect(
      try readFile(path: path + "/other/evaluation.json", maximumBytes: 1 << 16)
        == Array(outcome.stdout.utf8))
    #expect(outcome.stdout.contains(#""epoch":1,"#))
    // The run logged the same, from the latents of validation.
    let metrics = try RunFolder(path: path + "/other").readMetrics()
    let logged = try #require(metrics.numbers("val_loss")?.last)
    let evaluation = try #require(Evaluation.read(path + "/other/evaluation.json"))
    let elbo = try #require(evaluation.values[.elbo])
    #expect(abs(elbo + logged) < 1e-6 * logged)
    let page = try String(contentsOfFile: path + "/other/report.html", encoding: .utf8)
    #expect(page.contains("<h2>Evaluation after epoch 1</h2>"))
    expectRefusal(
      try gputrain("evaluate", "run", "other"), 64,
      "the runs were trained with ./data and ./others")
    // An evaluation on another data set is not kept with this run.
    let both = try gputrain("evaluate", "run", "other", "--dataset", "./data")
    expectSuccess(both)
    #expect(
      both.stderr.contains(
        """
        note: the evaluation is not kept with its run: it compares with ./data, and the run is of \
        ./others
        """))
    #expect(Evaluation.read(path + "/other/evaluation.json") == evaluation)
    #expect(Evaluation.read(path + "/run/evaluation.json")?.dataset == "./data")
    // Other images under the same name.
    try TinyData.write(to: path + "/others", changing: TinyData.trainFiles(40))
    expectRefusal(
      try gputrain("evaluate", "other"), 65,
      "the images are not those that the run was trained with; name others with --dataset")
    expectSuccess(try gputrain("evaluate", "other", "--dataset", "./others"))
  }

  @Test func aRunsCheckpointIsComparedWithTheRunsData() throws {
    let run = try TrainedRun.get()
    let outcome = try Gputrain.run(
      ["evaluate", "run/checkpoints/epoch-0001.safetensors", run.checkpoint, "--json"],
      in: run.parent)
    expectSuccess(outcome)
    #expect(outcome.stdoutLines.count == 2)
    for (line, epoch) in zip(outcome.stdoutLines, 1...) {
      #expect(line.contains(#""dataset":"./data""#) && line.contains(#""epoch":\#(epoch),"#))
    }
    // It may be any of the run's checkpoints; only the folder stands for the last one.
    #expect(!exists(run.path + "/evaluation.json"))
  }

  /// The results are printed even if the file cannot be written. Here a folder has its name.
  @Test func anEvaluationThatCannotBeKept() throws {
    let run = try TrainedRun.get()
    let folder = try TemporaryFolder()
    try FileManager.default.copyItem(atPath: run.path, toPath: folder.path + "/run")
    try createFolder(folder.path + "/run/evaluation.json")
    let outcome = try Gputrain.run(
      ["evaluate", folder.path + "/run", folder.path + "/run", "--json"], in: run.parent)
    expectSuccess(outcome)
    #expect(outcome.stdoutLines.count == 2 && outcome.stdout.contains("frechet_distance"))
    let damaged = try TemporaryFolder()
    try FileManager.default.copyItem(atPath: run.path, toPath: damaged.path + "/run")
    try AtomicFile.write("epoch,loss\n1\n", to: damaged.path + "/run/metrics.csv")
    let other = try Gputrain.run(["evaluate", damaged.path + "/run"], in: run.parent)
    expectSuccess(other)
    #expect(other.stderr.contains("note: the run's page does not show the evaluation: "))
    #expect(exists(damaged.path + "/run/evaluation.json"))
    let note = """
      note: the evaluation is not kept with its run: cannot write \
      \(folder.path)/run/evaluation.json: Is a directory
      """
    #expect(outcome.stderrLines.count { $0.hasPrefix(note) } == 2, "\(outcome)")
  }

  /// A run's own limit does not apply, but the images up to it must be the run's, with any limit.
  @Test func aRunOnSomeOfTheImages() throws {
    let place = try Place()
    let path = place.folder.path
    func gputrain(_ options: [String]) throws -> Gputrain.Outcome {
      try Gputrain.run(
        options, environment: Gputrain.environment(cache: path + "/cache"), in: path)
    }
    expectSuccess(
      try gputrain([
        "train", "linear-vae", "--dataset", "./data", "--batch-size", "8", "--epochs", "1",
        "--limit", "16", "--out", "run",
      ]))
    for (limit, count) in [([], 32), (["--limit", "24"], 24), (["--limit", "12"], 12)] {
      let outcome = try gputrain(["evaluate", "run"] + limit)
      expectSuccess(outcome)
      #expect(outcome.stderr.contains("data: ./data, \(count) + 8 images"))
    }
    // Only images after the run's limit differ.
    var images = TinyData.images(32)
    images[images.count - 1] ^= 1
    try TinyData.write(to: path + "/data", changing: [TinyData.trainImages: images])
    expectSuccess(try gputrain(["evaluate", "run"]))
    images[16 + 784] ^= 1
    try TinyData.write(to: path + "/data", changing: [TinyData.trainImages: images])
    expectRefusal(
      try gputrain(["evaluate", "run"]), 65, "the images are not those that the run was")
    expectRefusal(
      try gputrain(["evaluate", "run", "--limit", "12"]), 65, "the images are not those that")
  }

  @Test func aDamagedClassifierIsTrainedAgain() throws {
    let place = try Place()
    let whole = try place.evaluate("vae", "--json")
    expectSuccess(whole)
    let path = try place.classifier()
    let content = try readFile(path: path, maximumBytes: 1 << 24)
    for damaged in [[], Array(content.prefix(content.count / 2)), Array("x".utf8)] {
      try AtomicFile.write(damaged, to: path)
      let outcome = try place.evaluate("vae", "--json")
      expectSuccess(outcome)
      #expect(outcome.stderr.contains("note: the stored classifier cannot be used, and is"))
      #expect(outcome.stderr.contains("\(path) is not a usable safetensors file"))
      #expect(outcome.stdout == whole.stdout)
      #expect(try readFile(path: path, maximumBytes: 1 << 24) == content)
    }
  }

  /// Without labels of either set, only what needs no classifier is measured.
  @Test func missingLabels() throws {
    let place = try Place(without: [TinyData.trainLabels])
    let measured = try place.evaluate("vae", "--json")
    expectSuccess(measured)
    #expect(measured.stderr.contains("note: ./data has no labels for its training images, so that"))
    let fields = try Self.fields(of: try #require(measured.stdoutLines.first))
    let numbers = [
      "nearest_training_distance", "elbo", "iw_bound", "reconstruction", "active_units",
    ]
    #expect(numbers.allSatisfy { fields[$0] != nil })
    #expect(fields["frechet_distance"] == nil && fields["classifier_accuracy"] == nil)
    #expect((fields["baseline"] as? [String: Double])?.keys.sorted() == [numbers[0]])
    let other = try Place(without: [TinyData.validationLabels])
    expectRefusal(
      try other.evaluate("vae", "--tensors", "t"), 64,
      "--tensors needs labels: ./data has no labels for its validation images")
  }

  @Test func checkpointsOfAnotherKind() throws {
    let place = try Place()
    expectRefusal(try place.evaluate("gan"), 65, "gan does not say which model it belongs to")
    expectRefusal(
      try place.evaluate("vae", "--model", "dcgan"), 64, "--model dcgan contradicts vae")
    // The second is checked before the first is measured.
    try Tensors.write([], metadata: ["model": "linear-vae"], to: place.folder.path + "/empty")
    expectRefusal(
      try place.evaluate("vae", "empty"), 65, "empty does not fit linear-vae: it has no tensor")
    expectRefusal(try place.evaluate("data/\(TinyData.trainImages)"), 65, "safetensors")
    expectRefusal(try place.evaluate("nothing"), 65, "nothing")
    #expect(!exists(place.folder.path + "/cache/gputrain/classifiers"))
  }

  @Test func wrongOptionsAreRefused() throws {
    let place = try Place()
    expectRefusal(try place.evaluate("vae", "--samples", "9"), 64, "--samples 9 is larger than")
    expectUsageError(try place.evaluate("vae", "--samples", "3"), "--samples must be between 4")
    expectUsageError(try place.evaluate("vae", "vae", "--tensors", "t"), "a single checkpoint")
    expectUsageError(try place.evaluate(), "<checkpoints>")
    expectRefusal(try place.evaluate("vae", "--tensors", "vae"), 64, "vae would replace vae")
    expectRefusal(
      try place.evaluate("vae", "--tensors", "data/\(TinyData.trainLabels)"), 64, "would replace")
    // Before the classifier is trained.
    expectRefusal(
      try place.evaluate("vae", "--tensors", "none/t"), 74,
      "cannot write none/t: No such file or directory")
    #expect(!exists(place.folder.path + "/cache/gputrain/classifiers"))
  }

  @Test func weightsThatMakeNoImages() throws {
    let place = try Place()
    func evaluate(_ name: String, _ weight: Float) throws -> Gputrain.Outcome {
      let tensors = PlainWeights.tensors(of: "linear-gan").map { tensor in
        guard tensor.name == name else { return tensor }
        let count = tensor.shape.reduce(1, *)
        return SafeTensor(
          name: name, shape: tensor.shape,
          floats: (0..<count).map { $0.isMultiple(of: 2) ? weight : -weight })
      }
      try Tensors.write(tensors, to: place.folder.path + "/gan")
      return try place.evaluate("gan", "--model", "linear-gan")
    }
    expectRefusal(
      try evaluate("generator.out.6.bias", .nan), 65,
      """
      gan does not fit linear-gan: its tensor 'generator.out.6.bias' has numbers that are infinite \
      or not a number
      """)
    let outcome = try evaluate("generator.out.0.weight", .greatestFiniteMagnitude)
    #expect(outcome.status == 65 && outcome.stdout == "")
    #expect(outcome.stderrLines.last?.hasPrefix("gputrain: gan makes images with pixels") == true)
  }
}
