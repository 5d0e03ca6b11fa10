import Files
import Foundation
import GenerativeModels
import Reports
import TestFiles
import Testing

@testable import gputrain

/// `paper`, for one model at a time on tiny data.
@Suite struct PaperCommandTests {
  private func makeFolder(images: Int = 64) throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try TinyData.write(to: folder.path + "/data", changing: TinyData.trainFiles(images))
    return folder
  }

  private func run(
    _ folder: TemporaryFolder, _ more: [String] = [], interrupt: () -> Bool = { false }
  ) throws -> Gputrain.Outcome {
    try Gputrain.run(
      [
        "paper", "--models", "linear-vae", "--dataset", "./data", "--epochs", "2", "--out", "paper",
      ] + more, environment: Gputrain.environment(cache: folder.path + "/data/cache"),
      in: folder.path, interrupt: interrupt)
  }

  @Test func writesFiguresTableAndPageAndTrainsOnce() throws {
    let folder = try makeFolder(images: 128)
    let first = try run(folder)
    expectSuccess(first)
    #expect(first.stdoutLines.last == "paper/paper.html")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path + "/paper")
    #expect(names.contains("linear-vae") && names.contains("summary.csv"))
    #expect(names.contains("paper.html") && names.contains { $0.hasPrefix("figure-") })
    #expect(first.stderr.contains("linear-vae: measuring the images of epoch 1\n"))
    let comparison = try read(folder, "comparison.csv")
    #expect(comparison.split(separator: "\n").count == 4, "a head, two epochs, the baseline")
    #expect(try read(folder, "comparison.svg").contains("Distance to real images"))
    #expect(try read(folder, "linear-vae/evaluation.json").contains(#""model":"linear-vae""#))
    let seconds = try column("seconds", folder, "linear-vae/metrics.csv")
    let sums = try column("seconds", folder, "comparison.csv")
    for (sum, expected) in zip(sums, [seconds[0], seconds[0] + seconds[1]]) {
      #expect(abs(sum - expected) < 1e-3 * expected)
    }

    // Obstacles for a later model are found before the first model is trained.
    try expectFoundBeforeTraining(in: folder)

    let checkpoint = folder.path + "/paper/linear-vae/checkpoints/last.safetensors"
    var (before, after) = (stat(), stat())
    #expect(stat(checkpoint, &before) == 0)
    let second = try run(folder)
    expectSuccess(second)
    #expect(second.stdout == "paper/paper.html\n")
    #expect(second.stderr.contains("linear-vae: finished already"))
    #expect(!second.stderr.contains("measuring") && !second.stderr.contains("classifier"))
    #expect(try read(folder, "comparison.csv") == comparison)
    #expect(stat(checkpoint, &after) == 0 && before.st_ino == after.st_ino)

    // Another seed is another run, which needs another folder.
    expectPaperRefusal(
      try run(folder, ["--seed", "2"]), 74, "--seed 2 contradicts the run in paper/linear-vae")

    let picture = folder.path + "/paper/linear-vae/samples/epoch-0001.png"
    try AtomicFile.write("no picture", to: picture)
    expectPaperRefusal(
      try run(folder), 65, "paper/linear-vae/samples/epoch-0001.png is damaged: ")
    let metrics = folder.path + "/paper/linear-vae/metrics.csv"
    let lines = try String(contentsOfFile: metrics, encoding: .utf8).split(separator: "\n")
    try AtomicFile.write(lines.prefix(2).joined(separator: "\n") + "\n", to: metrics)
    expectPaperRefusal(
      try run(folder), 65, "paper/linear-vae/metrics.csv does not have the rows of all 2 epochs")
    let advice = try run(folder).stderr
    #expect(advice.contains("remove paper/linear-vae to train it again, or choose another --out"))
    #expect(!advice.contains("--overwrite"))
  }

  /// Asks for a model that is not trained yet and for one that is, which is damaged.
  private func expectFoundBeforeTraining(in folder: TemporaryFolder) throws {
    let paper = folder.path + "/paper"
    func expectRefused(
      _ status: Int32, _ text: String, _ more: [String] = [],
      sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
      let before = try tree(paper)
      let outcome = try run(folder, ["--models", "linear-gan,linear-vae"] + more)
      expectRefusal(outcome, status, text, sourceLocation: sourceLocation)
      #expect(try tree(paper) == before, sourceLocation: sourceLocation)
    }
    func expectRefused(
      _ status: Int32, _ text: String, moving name: String,
      sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
      let (path, aside) = ("\(paper)/\(name)", folder.path + "/aside")
      #expect(rename(path, aside) == 0)
      try createFolder(path)
      try expectRefused(status, text, sourceLocation: sourceLocation)
      #expect(rmdir(path) == 0 && rename(aside, path) == 0)
    }
    try expectRefused(74, "--seed 2 contradicts the run in paper/linear-vae", ["--seed", "2"])
    try expectRefused(
      65, "cannot read paper/linear-vae/metrics.csv: Is a", moving: "linear-vae/metrics.csv")
    try expectRefused(
      65, "cannot read paper/linear-vae/checkpoints/last",
      moving: "linear-vae/checkpoints/last.safetensors")
    try expectRefused(74, "cannot write paper/summary.csv: Is a directory", moving: "summary.csv")
    let lock = try #require(try FolderLock(paper + "/linear-vae"))
    try withExtendedLifetime(lock) {
      try expectRefused(74, "--out paper/linear-vae is in use by another run")
    }
  }

  @Test func theDiskHasRoomForTheCheckpoints() throws {
    #expect(throws: Never.self) {
      try PaperRun.checkSpace(5 << 20, of: 5 << 20, in: "paper")
      try PaperRun.checkSpace(5 << 20, of: nil, in: "paper")
    }
    let error = #expect(throws: OutputError.self) {
      try PaperRun.checkSpace(5 << 20, of: (5 << 20) - 1, in: "paper")
    }
    #expect(
      error?.description == """
        --out paper has room for 4 MiB, and the checkpoints still to come take 5 MiB; free some \
        space or choose another
        """)
  }

  /// The command that resumes it is the one that was given.
  @Test func aStoppedPaperSaysHowToResume() throws {
    let folder = try makeFolder(images: 640)
    let outcome = try run(
      folder, ["--epochs", "100"],
      interrupt: { exists(folder.path + "/paper/linear-vae/losses.svg") })
    expectPaperRefusal(outcome, 130, "stopped as asked; ")
    #expect(
      outcome.stderr.hasSuffix(
        """
        ; resume with: gputrain paper --models linear-vae --dataset ./data --epochs 2 --out paper \
        --epochs 100

        """))
  }

  private func column(_ name: String, _ folder: TemporaryFolder, _ file: String) throws -> [Double]
  {
    try #require(try CSVTable(parsing: try read(folder, file)).numbers(name))
  }

  @Test func aGANHasItsFiguresRowsAndPage() throws {
    let folder = try makeFolder(images: 128)
    expectSuccess(try run(folder, ["--models", "linear-gan", "--epochs", "1"]))
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path + "/paper")
    #expect(
      names.sorted() == [
        "comparison.csv", "comparison.svg", "figure-1.svg", "figure-3.png", "linear-gan",
        "paper.html", "summary.csv",
      ])
    #expect(try read(folder, "figure-1.svg").contains("Linear GAN losses"))
    let rows = try CSVTable(parsing: try read(folder, "summary.csv")).rows
    #expect(
      rows.map { $0[1] } == [
        "d_loss", "d_loss_real", "d_loss_fake", "g_loss", "seconds", "images_per_second",
      ])
    // The author's losses are for MNIST only.
    #expect(rows.allSatisfy { $0[0] == "linear-gan" && $0[4...] == ["", "", ""] })
    let page = try read(folder, "paper.html")
    for text in [
      "Figure 1: Linear GAN losses", "Figure 3: Linear GAN generated samples over epochs",
      "real + 2 · fake", ">linear-gan</", "are shown only for runs on all of it.",
    ] {
      #expect(page.contains(text), "\(text)")
    }
    #expect(!page.contains("still to be compared"))
    // The numbers come before the figures, under a word of caution.
    let parts = [
      "This is a short run: 1 of the paper&#39;s 100 epochs.", "conclusions in numbers</h2>",
      "Last losses</h2>", "Figure 1: ", "Figure 3: ",
    ].map { page.firstRange(of: $0)?.lowerBound ?? page.endIndex }
    #expect(parts == parts.sorted() && parts.last != page.endIndex)
  }

  @Test func aPresetIsForTheModelsThatHaveOne() throws {
    let folder = try makeFolder(images: 128)
    // Without labels the models are not compared, which would take longer than to train them.
    try removeFile("\(folder.path)/data/\(TinyData.trainLabels)")
    let stable = ["--preset", "stable", "--models", "dcgan,linear-gan", "--epochs", "1"]
    expectSuccess(try run(folder, stable))
    let page = try read(folder, "paper.html")
    #expect(page.contains("dcgan learned by the preset stable, not by the paper"))
    let models = [("dcgan", GAN.dcgan.stableSettings), ("linear-gan", nil)]
    for (model, settings) in models {
      let beta1 = settings?.beta1 ?? 0.9
      #expect(try read(folder, "\(model)/run.json").contains("\"beta1\" : \(beta1),"))
    }
    expectPaperRefusal(
      try run(folder, ["--models", "dcgan", "--epochs", "1"]), 74,
      "--preset paper contradicts the run in paper/dcgan, which was begun with --beta1 0.5;")
    let none = try run(folder, ["--preset", "stable"])
    #expect(
      none.status == 64 && none.stderr.contains("--preset stable is for none of these models"))
  }

  @Test func measuresAgainWithAnotherClassifierAndLeavesOutMissingFiles() throws {
    let folder = try makeFolder()
    expectSuccess(try run(folder))
    let run = "\(folder.path)/paper/linear-vae"
    let kept = try read(folder, "linear-vae/checkpoints/epoch-0001.json")
    #expect(kept.contains(#""classifier_sha256":""#))
    try AtomicFile.write(
      kept.replacing(#""classifier_sha256":""#, with: #""classifier_sha256":"0"#),
      to: "\(run)/checkpoints/epoch-0001.json")
    let measured = try self.run(folder)
    expectSuccess(measured)
    #expect(measured.stderr.contains("measuring the images of epoch 1\n"))
    #expect(!measured.stderr.contains("measuring the images of epoch 2\n"))
    #expect(try read(folder, "linear-vae/checkpoints/epoch-0001.json") == kept)

    let evaluation = try read(folder, "linear-vae/evaluation.json")
    for name in [
      "checkpoints/epoch-0001.json", "checkpoints/epoch-0001.safetensors", "samples/epoch-0001.png",
    ] { try removeFile("\(run)/\(name)") }
    let outcome = try self.run(folder)
    expectSuccess(outcome)
    let missing = "paper/linear-vae/checkpoints/epoch-0001.safetensors is missing"
    #expect(outcome.stderr.contains("note: no comparison: \(missing); put it back"))
    let page = try read(folder, "paper.html")
    #expect(page.contains("There is no comparison: \(missing)"))
    #expect(page.contains("samples/epoch-0001.png is missing, and not in figure 7."))
    #expect(try read(folder, "linear-vae/evaluation.json") == evaluation)
  }

  @Test func thePageIsThereThoughTheComparisonFails() throws {
    let folder = try makeFolder()
    expectSuccess(try run(folder, ["--epochs", "1"]))
    // The kept result is a folder, so it is measured again and cannot be written.
    for name in ["linear-vae/checkpoints/epoch-0001.json", "paper.html"] {
      try removeFile("\(folder.path)/paper/\(name)")
    }
    try createFolder(folder.path + "/paper/linear-vae/checkpoints/epoch-0001.json/full")
    let outcome = try run(folder, ["--epochs", "1"])
    #expect(outcome.status == 74, "\(outcome)")
    #expect(try read(folder, "paper.html").contains("The models are still to be compared"))
  }

  private func read(_ folder: TemporaryFolder, _ name: String) throws -> String {
    String(
      decoding: try readFile(path: "\(folder.path)/paper/\(name)", maximumBytes: 1 << 24),
      as: UTF8.self)
  }

  @Test func withoutLabelsThereIsNoComparison() throws {
    let folder = try makeFolder()
    try removeFile("\(folder.path)/data/\(TinyData.trainLabels)")
    let outcome = try run(folder, ["--epochs", "1"])
    expectSuccess(outcome)
    let reason = "./data has no labels for its training"
    // Printed before the training and at the end.
    #expect(outcome.stderr.contains("note: the models will not be compared: \(reason)"))
    #expect(outcome.stderr.contains("note: no comparison: \(reason)"))
    #expect(try read(folder, "paper.html").contains("There is no comparison: ./data has no labels"))
    #expect(!exists(folder.path + "/paper/comparison.csv"))
  }

  /// The same as `expectRefusal`, but lines about the models may precede the error.
  private func expectPaperRefusal(_ outcome: Gputrain.Outcome, _ status: Int32, _ text: String) {
    #expect(outcome.status == status, "\(outcome)")
    #expect(outcome.stdout == "")
    #expect(outcome.stderrLines.last?.hasPrefix("gputrain: \(text)") == true, "\(outcome)")
  }

  @Test func aForeignFolderIsLeftAlone() throws {
    let folder = try makeFolder()
    try createFolder(folder.path + "/paper")
    try AtomicFile.write("mine", to: folder.path + "/paper/paper.html")
    expectRefusal(try run(folder), 74, "--out paper is not empty and holds no run of paper")
    #expect(
      try readFile(path: folder.path + "/paper/paper.html", maximumBytes: 4)
        == Array("mine".utf8))
    try AtomicFile.write("mine", to: folder.path + "/file")
    expectRefusal(try run(folder, ["--out", "file"]), 74, "--out file is a file; name a folder")
    expectRefusal(try run(folder, ["--out", "file/run"]), 74, "--out file/run cannot be created")
    #expect(try folder.names() == ["data", "file", "paper"])
  }

  @Test func badRequestsWriteNothing() throws {
    let folder = try makeFolder()
    expectUsageError(
      try run(folder, ["--models", "dcgan-64"]), "the paper has no model 'dcgan-64'")
    expectUsageError(try run(folder, ["--models", ","]), "--models names no model")
    expectUsageError(try run(folder, ["--epochs", "0"]), "--epochs must be between")
    expectUsageError(try run(folder, ["--limit", "0"]), "--limit must be between")
    expectUsageError(try run(folder, ["--out", ""]), "--out must name a folder")
    expectRefusal(
      try run(folder, ["--limit", "63"]), 64, "fewer images than a batch of linear-vae")
    expectRefusal(try run(folder, ["--dataset", "./no"]), 65, "./no does not exist")
    expectRefusal(try run(folder, ["--device", "no such"]), 69, "no OpenCL device matches")
    #expect(try folder.names() == ["data"])
  }
}
