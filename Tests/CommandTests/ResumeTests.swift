import Files
import Foundation
import SafeTensors
import TestFiles
import Testing

/// `train --resume`: a run that was interrupted continues as if it had never stopped.
@Suite struct ResumeTests {
  /// Two epochs of 100 steps.
  private static let options = [
    "train", "linear-vae", "--dataset", "./data", "--epochs", "2", "--batch-size", "4",
    "--sample-every", "1", "--checkpoint-every", "1",
  ]

  private func makeFolder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try TinyData.write(to: folder.path + "/data", changing: TinyData.trainFiles(400))
    return folder
  }

  /// A run without an interruption.
  private static let whole = Result {
    let folder = try ResumeTests().makeFolder()
    Self.folder = folder
    atexit { ResumeTests.folder = nil }
    expectSuccess(try Gputrain.run(options + ["--out", "run"], in: folder.path))
    return folder.path + "/run"
  }

  // Statics live to the end of the process, which runs no deinit.
  nonisolated(unsafe) private static var folder: TemporaryFolder?

  /// Expects that two runs have the same files, except for times and for the number of writes.
  private func expectSame(_ run: String, _ other: String) throws {
    #expect(try tree(run) == tree(other))
    for path in try tree(run)
    where !path.hasSuffix("/") && !["run.json", "events.gputrain", "train.log"].contains(path) {
      #expect(try content(run, path) == content(other, path), "\(path)")
    }
    let (events, others) = (try EventValue.all(in: run), try EventValue.all(in: other))
    #expect(events == others)
    #expect(events.count > 2 && Set(events.map { "\($0.tag) \($0.step)" }).count == events.count)
  }

  /// A file's bytes; for metrics.csv without the two columns of times; for report.html without the
  /// date, the times, the settings, which run.json has too, and what names the data's folder.
  private func content(_ run: String, _ path: String) throws -> [UInt8] {
    let bytes = try readFile(path: "\(run)/\(path)", maximumBytes: 1 << 24)
    func lines() -> [Substring] { String(decoding: bytes, as: UTF8.self).split(separator: "\n") }
    switch path {
    case "metrics.csv":
      return lines().flatMap {
        Array($0.split(separator: ",").dropLast(2).joined(separator: ",").utf8) + [10]
      }
    case "report.html":
      let kept = lines().prefix { $0 != "<h2>Settings</h2>" }
      #expect(kept.count < lines().count && kept.filter { $0.hasPrefix("<img ") }.count > 2)
      return kept.flatMap { (line: Substring) -> [UInt8] in
        let isOfThisRun =
          line.hasSuffix("</title>") || line.hasSuffix("</h1>")
          || line.prefixMatch(of: /<dt>(date|time|images)</) != nil
        return isOfThisRun ? [] : Array(line.utf8)
      }
    default: return bytes
    }
  }

  /// A killed run leaves its last checkpoint. A run that is asked to stop writes one and says so.
  @Test(arguments: [
    [SIGKILL], [SIGINT], [SIGTERM], [SIGHUP], [SIGXCPU], [SIGHUP, SIGTERM], [SIGINT, SIGTERM],
  ])
  func aRunThatWasCutWithinAnEpoch(signals: [Int32]) throws {
    let folder = try makeFolder()
    let run = folder.path + "/run"
    let last = run + "/checkpoints/last.safetensors"
    let steps = ["--checkpoint-steps", "90"]
    let cut = try Gputrain.run(
      Self.options + ["--out", "run"] + steps, in: folder.path, signals: signals,
      interrupt: { exists(last) })
    if signals == [SIGKILL] {
      #expect(cut.signal == SIGKILL, "\(cut)")
    } else {
      expectRefusal(
        cut, 128 + signals[0],
        "stopped as asked; the last checkpoint is run/checkpoints/last.safeten",
        "resume with: gputrain train linear-vae --resume --out run")
    }
    let metadata = try Tensors.read(last).metadata
    #expect(metadata["epoch_losses"] != nil && metadata["step"] != "200", "\(metadata)")

    let resumed = try Gputrain.run(
      ["train", "linear-vae", "--resume", "--out", "run"], in: folder.path)
    expectSuccess(resumed)
    #expect(resumed.stderr.contains("\nresuming in epoch "))
    try expectSame(try Self.whole.get(), run)
    let again = try Gputrain.run(
      ["train", "linear-vae", "--resume", "--out", "run"], in: folder.path)
    expectSuccess(again)
    #expect(again.stderr.contains("complete already: 2 epochs"))
    try expectSame(try Self.whole.get(), run)
  }

  /// The command that resumes the run works as it is printed, in a shell.
  @Test func theCommandToResumeWorks() throws {
    let folder = try makeFolder()
    try Kernels.write(to: folder.path + "/own 'kernels")
    let last = folder.path + "/-run/checkpoints/last.safetensors"
    let cut = try Gputrain.run(
      Self.options + [
        "--out=-run", "--kernel-dir", "own 'kernels", "--checkpoint-steps", "90",
      ], in: folder.path, interrupt: { exists(last) })
    expectRefusal(
      cut, 130, "stopped as asked; ",
      "; resume with: gputrain train linear-vae --resume --out=-run --kernel-dir 'own '\\''kernels'"
    )
    let command = try #require(cut.stderr.firstMatch(of: /resume with: (.*)/)?.1)
    let outcome = try Gputrain.run(
      [], in: folder.path, shell: #"program=$1; gputrain() { "$program" "$@"; }; "# + command)
    expectSuccess(outcome)
    #expect(outcome.stderr.contains("\nresuming in epoch "))
    // The log has the run before and after.
    let log = try String(contentsOfFile: folder.path + "/-run/train.log", encoding: .utf8)
    #expect(log.ranges(of: "model: ").count == 2 && log.contains("resuming in epoch "), "\(log)")
  }

  @Test func epochsAndHarmlessOptionsMayChange() throws {
    let folder = try makeFolder()
    let run = folder.path + "/run"
    let short = Self.options.map { $0 == "2" ? "1" : $0 }
    expectSuccess(try Gputrain.run(short + ["--out", "run"], in: folder.path))
    // A killed run may leave an extra row, half a row, extra events and a temporary file.
    let metrics = run + "/metrics.csv"
    let text = try String(contentsOfFile: metrics, encoding: .utf8)
    try AtomicFile.write(text + text.split(separator: "\n")[1].dropFirst() + "\n3,0.5", to: metrics)
    let events = try readFile(
      path: EventValue.file(in: Self.whole.get()), maximumBytes: 1 << 24)
    try AtomicFile.write(events + events.prefix(99), to: EventValue.file(in: run))
    try AtomicFile.write("half", to: run + "/checkpoints/.gputrain-1-1.tmp")
    // The folder and its data have moved, and options that agree are accepted.
    #expect(rename(folder.path + "/data", folder.path + "/moved") == 0)
    expectSuccess(
      try Gputrain.run(
        ["train", "linear-vae", "--resume", "--out", run, "--epochs", "2", "--dataset", "./moved"]
          + [
            "--seed", "1", "--batch-size", "4", "--convolution", "auto", "--kernels",
            "auto", "--checkpoint-steps", "70",
          ],
        in: folder.path))
    try expectSame(try Self.whole.get(), run)
    let record = try String(contentsOfFile: run + "/run.json", encoding: .utf8)
    #expect(record.contains("\"epochs\" : 2,"))
  }

  @Test func anOptionThatWouldMakeItAnotherRunIsRefusedByName() throws {
    let folder = try makeFolder()
    try TinyData.write(to: folder.path + "/other")
    let run = try TrainedRun.get()
    let before = try tree(run.path)
    func refuse(_ options: [String], _ text: String, model: String = "linear-vae") throws {
      let outcome = try Gputrain.run(
        ["train", model, "--resume", "--out", run.path, "--data-dir", "x"] + options,
        in: run.parent)
      expectRefusal(outcome, 64, text)
    }
    for (option, value, recorded) in [
      ("--seed", "7", "1"), ("--batch-size", "11", "12"), ("--learning-rate", "0.002", "0.0001"),
      ("--convolution", "direct", "auto"), ("--kernels", "workgroup", "register"),
      ("--epochs", "1", "2"), ("--limit", "20", "none"),
    ] {
      try refuse(
        [option, value],
        "\(option) \(value) contradicts the run in \(run.path), which was begun with \(recorded);")
    }
    try refuse(
      ["--dataset", folder.path + "/data"], "--dataset \(folder.path)/data contradicts the run")
    try refuse([], "\(run.path) holds a run of linear-vae, not of linear-gan", model: "linear-gan")
    #expect(try tree(run.path) == before)
    let both = try Gputrain.run(
      ["train", "linear-vae", "--resume", "--overwrite"], in: folder.path)
    expectUsageError(both, "--resume and --overwrite contradict each other")
  }

  @Test func thereIsNothingToResume() throws {
    let folder = try makeFolder()
    let options = Self.options.map { $0 == "2" ? "1" : $0 } + ["--resume", "--out", "run"]
    let words = "no checkpoint in run yet: beginning a new run"
    let first = try Gputrain.run(options, in: folder.path)
    expectSuccess(first)
    #expect(first.stderr.contains(words))
    // A record alone: the run was cut before its first checkpoint.
    try FileManager.default.removeItem(atPath: folder.path + "/run/checkpoints")
    let second = try Gputrain.run(
      ["train", "linear-vae", "--resume", "--out", "run"], in: folder.path)
    expectSuccess(second)
    #expect(second.stderr.contains(words))
    #expect(exists(folder.path + "/run/checkpoints/epoch-0001.safetensors"))
    let outcome = try Gputrain.run(
      ["train", "linear-vae", "--resume", "--out", "data"], in: folder.path)
    expectRefusal(outcome, 74, "--out data is not empty and holds no run")
  }

  @Test func aDamagedRunIsRefusedAndStays() throws {
    let folder = try makeFolder()
    let run = folder.path + "/run"
    expectSuccess(try Gputrain.run(Self.options + ["--out", "run"], in: folder.path))
    func refuse(_ file: String, _ text: String, _ content: [UInt8]) throws {
      let path = "\(run)/\(file)"
      let good = try readFile(path: path, maximumBytes: 1 << 24)
      try AtomicFile.write(content, to: path)
      expectRefusal(
        try Gputrain.run(
          ["train", "linear-vae", "--resume", "--out", "run", "--epochs", "3"], in: folder.path),
        65, text)
      #expect(try readFile(path: path, maximumBytes: 1 << 24) == content)
      try AtomicFile.write(good, to: path)
    }
    let last = "checkpoints/last.safetensors"
    let bytes = try readFile(path: "\(run)/\(last)", maximumBytes: 1 << 24)
    try refuse(last, "not a usable safetensors file", Array(bytes.dropLast()))
    var plain = try Tensors.read("\(run)/\(last)")
    plain.tensors.removeAll { $0.name.hasPrefix("optimizer.") }
    try refuse(last, "has no tensor 'optimizer.exp_avg.", try plain.encoded())
    for text in ["", "{}", "[]", "{\"model\":1}", String(repeating: "[", count: 100_000)] {
      try refuse("run.json", "run.json is not the record of a run", Array(text.utf8))
    }
    let record = String(
      decoding: try readFile(path: run + "/run.json", maximumBytes: 1 << 16), as: UTF8.self)
    for (name, value) in [("beta1", "0.9"), ("epsilon", "1e-08"), ("learning_rate", "0.0001")] {
      let text = record.replacing("\"\(name)\" : \(value)", with: "\"\(name)\" : -1")
      #expect(text != record, "\(name)")
      try refuse("run.json", "run.json is not the record of a run", Array(text.utf8))
    }
    try refuse("metrics.csv", "metrics.csv lacks the column 'train_loss'", Array("epoch\n1\n".utf8))
    let metrics = try readFile(path: run + "/metrics.csv", maximumBytes: 1 << 16)
    try refuse(
      "metrics.csv", "does not have the rows of all 2 epochs",
      metrics.split(separator: 10).prefix(2).flatMap { $0 + [10] })
    try refuse("metrics.csv", "metrics.csv is damaged", Array("epoch,loss\n1\n2\n".utf8))
    // Other images under the same name.
    try TinyData.write(to: folder.path + "/data")
    expectRefusal(
      try Gputrain.run(["train", "linear-vae", "--resume", "--out", "run"], in: folder.path),
      65, "the images are not those that the run in run was begun with")
  }

  @Test func twoProgramsDoNotWriteIntoOneFolder() throws {
    let folder = try makeFolder()
    var others: [Gputrain.Outcome] = []
    var failure: (any Error)?
    let outcome = try Gputrain.run(
      Self.options + ["--out", "run", "--checkpoint-steps", "5"], in: folder.path,
      interrupt: {
        guard exists(folder.path + "/run/metrics.csv") else { return false }
        do {
          for option in ["--resume", "--overwrite"] {
            others.append(
              try Gputrain.run(Self.options + ["--out", "run", option], in: folder.path))
          }
        } catch { failure = error }
        return true
      })
    #expect(failure == nil)
    #expect(outcome.status == 130, "\(outcome)")
    for other in others { expectRefusal(other, 74, "--out run is in use by another run") }
    // The lock ended with its holder.
    expectSuccess(
      try Gputrain.run(
        ["train", "linear-vae", "--resume", "--out", "run", "--checkpoint-steps", "1000"],
        in: folder.path))
    try expectSame(try Self.whole.get(), folder.path + "/run")
  }

  @Test func onlyTheNewestCheckpointsAreKept() throws {
    let folder = try makeFolder()
    try AtomicFile.write("mine", to: folder.path + "/mine")
    let options = [
      "train", "linear-vae", "--dataset", "./data", "--batch-size", "4", "--limit", "16",
      "--checkpoint-every", "1", "--keep", "2", "--out", "run",
    ]
    expectSuccess(try Gputrain.run(options + ["--epochs", "3"], in: folder.path))
    func names() throws -> [String] { try tree(folder.path + "/run/checkpoints") }
    #expect(
      try names() == [
        "epoch-0002.safetensors", "epoch-0003.safetensors", "last.safetensors",
      ])
    try AtomicFile.write("mine", to: folder.path + "/run/checkpoints/best.safetensors")
    expectSuccess(
      try Gputrain.run(options + ["--epochs", "4", "--resume", "--keep", "1"], in: folder.path))
    #expect(
      try names() == ["best.safetensors", "epoch-0004.safetensors", "last.safetensors"])
  }
}
