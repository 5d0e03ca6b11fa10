import Files
import Foundation
import Reports
import SafeTensors
import TestFiles
import Testing

/// `train` on good data.
@Suite struct TrainCommandTests {
  @Test func writesExactlyTheFilesOfARun() throws {
    let run = try TrainedRun.get()
    expectSuccess(run.outcome)
    #expect(
      try tree(run.path) == [
        "checkpoints/", "checkpoints/epoch-0001.safetensors", "checkpoints/epoch-0002.safetensors",
        "checkpoints/last.safetensors", "events.gputrain", "losses.svg", "metrics.csv",
        "reconstructions/",
        "reconstructions/epoch-0001.png", "reconstructions/epoch-0002.png", "report.html",
        "run.json", "samples.png", "samples/", "samples/epoch-0001.png", "samples/epoch-0002.png",
        "train.log",
      ])
    #expect(try bytes(run, "checkpoints/last") == bytes(run, "checkpoints/epoch-0002"))
    #expect(try bytes(run, "checkpoints/last") != bytes(run, "checkpoints/epoch-0001"))
  }

  private func bytes(_ run: TrainedRun, _ stem: String) throws -> [UInt8] {
    try readFile(path: "\(run.path)/\(stem).safetensors", maximumBytes: 1 << 24)
  }

  @Test func stdoutHoldsTheResultsAndStderrTheProgress() throws {
    let run = try TrainedRun.get()
    #expect(
      run.outcome.stdout == """
        run \(run.path): last checkpoint \(run.checkpoint)
        samples: \(run.path)/samples/epoch-0002.png

        """)
    // Only a first training tests its kernels.
    let lines = run.outcome.stderrLines.filter { !$0.hasPrefix("self-test passed: ") }
    #expect(lines.count == 8, "\(lines)")
    #expect(lines.first?.hasPrefix("device: ") == true)
    #expect(lines.dropFirst().first == "data: ./data, 32 + 8 images, ./data")
    #expect(
      lines[2] == "model: linear-vae, 942,128 parameters (encoder 471,712, decoder 470,416)")
    #expect(lines[3].hasPrefix("run: \(run.path), 2 × 3 steps of 12 images, "))
    // Without a terminal, the lines of epochs have the time of day.
    let rows = lines.dropFirst(4).prefix(3)
    #expect(rows.allSatisfy { $0.prefixMatch(of: /\d\d:\d\d:\d\d\s\s/) != nil }, "\(lines)")
    let cells = rows.map { $0.dropFirst(10).split(separator: " ").map(String.init) }
    #expect(cells[0] == ["epoch", "train_loss", "val_loss", "time", "images/s"])
    let metrics = try CSVTable(
      parsing: String(contentsOfFile: "\(run.path)/metrics.csv", encoding: .utf8))
    let losses = try #require(metrics.numbers("val_loss"))
    for (row, epoch) in zip(cells.dropFirst(), 1...) {
      #expect(row[0] == "\(epoch)/2" && row[2] == CSVTable.field(losses[epoch - 1], digits: 5))
    }
    #expect(lines.last?.hasPrefix("Done: 2 epochs, val_loss ") == true)
    #expect(lines.last?.hasSuffix(" Open \(run.path)/report.html") == true)
    // A file is not a terminal, so it gets no bar and no colours.
    #expect(!run.outcome.stderr.contains("\u{1B}") && !run.outcome.stderr.contains("\r"))
  }

  /// train.log has the lines on stderr, with dates.
  @Test func theLogHasWhatWasPrinted() throws {
    let run = try TrainedRun.get()
    let log = try String(contentsOfFile: "\(run.path)/train.log", encoding: .utf8)
    let stamp = /\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\s\s/
    let lines = log.split(separator: "\n").filter { !$0.contains("  kernel: ") }
    #expect(lines.allSatisfy { $0.prefixMatch(of: stamp) != nil }, "\(log)")
    let texts = lines.map { $0.replacing(stamp, with: "", maxReplacements: 1) }
    for line in run.outcome.stderrLines {
      let text = line.replacing(/^\d\d:\d\d:\d\d\s\s/, with: "")
      #expect(texts.contains { $0 == text }, "\(line)")
    }
    #expect(texts.contains { $0.hasPrefix("checkpoint: epoch 2, step 0, ") }, "\(log)")
  }

  @Test func quietRunsPrintOnlyErrors() throws {
    let folder = try TemporaryFolder()
    try TinyData.write(to: folder.path + "/data")
    let command = ["train", "linear-vae", "--dataset", "./data", "--batch-size", "8"]
    let outcome = try Gputrain.run(
      command + ["--epochs", "1", "--out", "run", "--quiet"], in: folder.path)
    #expect(outcome.status == 0 && outcome.stderr == "", "\(outcome)")
    let again = try Gputrain.run(command + ["--out", "run", "--quiet"], in: folder.path)
    #expect(again.stderrLines.count == 1 && again.stderr.hasPrefix("gputrain: "), "\(again)")
  }

  @Test func imagesThatDoNotFitTheDeviceAreStreamed() throws {
    // The self-test has room for the parameters once more, and not for these images.
    let folder = try TemporaryFolder()
    try TinyData.write(
      to: folder.path + "/data",
      changing: [
        TinyData.trainImages: TinyData.blackImages(12_000),
        TinyData.trainLabels: TinyData.labels(12_000),
      ])
    func train(_ out: String, _ environment: [String: String?] = [:]) throws -> Gputrain.Outcome {
      let options = ["--dataset", "./data", "--epochs", "1", "--batch-size", "64", "--out", out]
      let outcome = try Gputrain.run(
        ["train", "linear-vae"] + options, environment: environment, in: folder.path)
      expectSuccess(outcome)
      return outcome
    }
    #expect(try !train("whole").stderr.contains("streamed"))
    let outcome = try train("streamed", FaultyDriver.environment(memory: 36_000_000))
    let notes = outcome.stderrLines.filter { $0.contains("are streamed") }
    #expect(notes.count == 1, "\(outcome)")
    #expect(
      notes.first?.contains(
        /^note: the images are streamed from the host's memory: 8 MiB of them do not fit the 34 MiB/
      )
        == true)
    func tensors(_ out: String) throws -> SafeTensorsFile {
      try Tensors.read("\(folder.path)/\(out)/checkpoints/last.safetensors")
    }
    #expect(try tensors("streamed") == tensors("whole"))
  }

  @Test func metricsHaveTheirHeaderAndARowAnEpoch() throws {
    let run = try TrainedRun.get()
    let text = try String(contentsOfFile: run.path + "/metrics.csv", encoding: .utf8)
    let lines = text.split(separator: "\n")
    let header = """
      epoch,train_loss,train_reconstruction,train_kl,val_loss,val_reconstruction,val_kl,seconds,\
      images_per_second
      """
    #expect(lines.first.map(String.init) == header)
    let rows = lines.dropFirst().map { $0.split(separator: ",").compactMap { Double($0) } }
    #expect(rows.map(\.count) == [9, 9])
    #expect(rows.map(\.first) == [1, 2])
    for row in rows {
      #expect(row.allSatisfy { $0.isFinite && $0 > 0 })
      // The loss is the sum of its terms, to the seven digits that are written.
      #expect(abs(row[1] - row[2] - row[3]) < 2e-4 && abs(row[4] - row[5] - row[6]) < 2e-4)
    }
    let chart = try String(contentsOfFile: run.path + "/losses.svg", encoding: .utf8)
    #expect(chart.contains("<svg") && chart.contains("val_loss"))
  }

  /// They are the nearest 32-bit floats of every column except for the epoch.
  @Test func tensorBoardsNumbersAreThoseOfTheMetrics() throws {
    let run = try TrainedRun.get()
    let lines = try String(contentsOfFile: run.path + "/metrics.csv", encoding: .utf8)
      .split(separator: "\n").map { $0.split(separator: ",").map(String.init) }
    let expected = try zip(1..., lines.dropFirst()).flatMap { epoch, row in
      try zip(lines[0], row).dropFirst().map { name, field in
        let bits = try #require(Float(field)).bitPattern
        return EventValue(
          step: UInt64(epoch), tag: name,
          bytes: (0..<4).map { UInt8(truncatingIfNeeded: bits >> (8 * $0)) })
      }
    }
    #expect(expected.count == 16)
    #expect(
      try EventValue.all(in: run.path, times: true).filter { lines[0].contains($0.tag) } == expected
    )
  }

  @Test func picturesArePNGs() throws {
    let run = try TrainedRun.get()
    for path in try tree(run.path) where path.hasSuffix(".png") {
      let bytes = try readFile(path: "\(run.path)/\(path)", maximumBytes: 1 << 20)
      #expect(bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]), "\(path)")
    }
  }

  /// Packed files with the same images give the same bytes too.
  @Test func oneSeedGivesTheSameBytesAndAnotherSeedOthers() throws {
    let run = try TrainedRun.get()
    let folder = try TemporaryFolder()
    try TinyData.write(to: folder.path + "/data", packed: true)
    for (seed, isSame) in [("1", true), ("2", false)] {
      let other = "\(folder.path)/run \(seed) – ünï\ncode"
      expectSuccess(
        try Gputrain.run(
          TrainedRun.options + ["--seed", seed, "--out", other], in: folder.path))
      #expect(try tree(other) == tree(run.path))
      for path in try tree(run.path)
      where path.hasSuffix(".safetensors") || path.hasSuffix(".png") || path == "metrics.csv" {
        #expect(
          try (content(run.path, path) == content(other, path)) == isSame, "seed \(seed), \(path)")
      }
    }
  }

  /// A file's bytes; for metrics.csv without the two columns of times.
  private func content(_ run: String, _ path: String) throws -> [UInt8] {
    let bytes = try readFile(path: "\(run)/\(path)", maximumBytes: 1 << 24)
    guard path == "metrics.csv" else { return bytes }
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n").flatMap {
      Array($0.split(separator: ",").dropLast(2).joined(separator: ",").utf8) + [10]
    }
  }

  @Test func noColorIsHonoured() throws {
    let folder = try TemporaryFolder()
    try TinyData.write(to: folder.path + "/data")
    let outcome = try Gputrain.run(
      ["train", "linear-vae", "--dataset", "./data", "--epochs", "1", "--batch-size", "8"],
      environment: ["NO_COLOR": "1", "TERM": "xterm-256color"], in: folder.path)
    expectSuccess(outcome)
    #expect(!(outcome.stdout + outcome.stderr).contains("\u{1B}"))
    // Without --out the folder has the model's name.
    #expect(exists(folder.path + "/runs/linear-vae/checkpoints/last.safetensors"))
    #expect(!exists(folder.path + "/runs/linear-vae/checkpoints/epoch-0001.safetensors"))
  }

  @Test func aBatchLargerThanTheDataIsRefused() throws {
    let folder = try TemporaryFolder()
    try TinyData.write(to: folder.path + "/data")
    for batch in [["--batch-size", "33"], []] {
      expectRefusal(
        try Gputrain.run(
          ["train", "linear-vae", "--dataset", "./data", "--out", "run"] + batch, in: folder.path),
        64,
        "a batch of \(batch.last ?? "64") is larger than the data: ./data has 32 training images; "
      )
    }
    #expect(try folder.names() == ["data"])
  }
}
