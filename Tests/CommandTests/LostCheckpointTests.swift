import Files
import Foundation
import TestFiles
import Testing

/// `train --resume` if the last checkpoint is gone or cannot be seen: an error says so, and nothing
/// is changed.
@Suite struct LostCheckpointTests {
  private let folder: TemporaryFolder
  private var run: String { folder.path + "/run" }
  private var checkpoints: String { run + "/checkpoints" }
  private var last: String { checkpoints + "/last.safetensors" }

  /// A copy of a finished run of two epochs, each with its own checkpoint.
  init() throws {
    folder = try TemporaryFolder()
    try TinyData.write(to: folder.path + "/data")
    try FileManager.default.copyItem(atPath: TrainedRun.get().path, toPath: run)
  }

  private func resume(epochs: Int = 2) throws -> Gputrain.Outcome {
    try Gputrain.run(
      ["train", "linear-vae", "--resume", "--epochs", "\(epochs)", "--out", "run"],
      in: folder.path)
  }

  private func expectRefused(
    _ texts: String..., status: Int32 = 65, epochs: Int = 2,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    func content() throws -> [String: [UInt8]?] {
      let files = try FileManager.default.subpathsOfDirectory(atPath: run)
      return Dictionary(uniqueKeysWithValues: files.map { ($0, try? read($0)) })
    }
    let before = try content()
    let outcome = try resume(epochs: epochs)
    for text in texts { expectRefusal(outcome, status, text, sourceLocation: sourceLocation) }
    #expect(!outcome.stderr.contains("resuming"), sourceLocation: sourceLocation)
    #expect(try content() == before, sourceLocation: sourceLocation)
  }

  /// Everything else that the run needs is checked before anything is trained or changed, including
  /// what a killed run left.
  @Test func metricsThatAreNotTheRuns() throws {
    try AtomicFile.write("half", to: run + "/checkpoints/.gputrain-1-1.tmp")
    let metrics = run + "/metrics.csv"
    let text = String(decoding: try read("metrics.csv"), as: UTF8.self)
    let swapped = text.replacing(
      "train_loss,train_reconstruction", with: "train_reconstruction,train_loss")
    #expect(swapped != text)
    try AtomicFile.write(swapped + "3,0.", to: metrics)
    try expectRefused("run/metrics.csv has its columns in another order", epochs: 3)
    try removeFile(metrics)
    try expectRefused("run/metrics.csv is missing; put it back or start over", epochs: 3)
    // The form in which a spreadsheet saves it.
    try AtomicFile.write("\u{FEFF}" + text.replacing("\n", with: "\r\n"), to: metrics)
    expectSuccess(try resume(epochs: 3))
    #expect(String(decoding: try read("metrics.csv"), as: UTF8.self).hasPrefix(text))
  }

  /// Removing the damage would also remove events of completed epochs.
  @Test func theEventsThatAreDamaged() throws {
    let path = try EventValue.file(in: run)
    var events = try readFile(path: path, maximumBytes: 1 << 24)
    events[60] ^= 1
    try AtomicFile.write(events, to: path)
    try expectRefused(
      ".gputrain is damaged: of 2 epochs only 0 can be read; put it back, or move it away",
      epochs: 3)
    try removeFile(path)
    expectSuccess(try resume(epochs: 3))
  }

  /// An obstacle for a file is found before an epoch is trained that could not be kept.
  @Test(arguments: ["losses.svg", "report.html", "samples/epoch-0003.png"])
  func somethingInTheWay(name: String) throws {
    try? removeFile("\(run)/\(name)")
    try createFolder("\(run)/\(name)/inside")
    try expectRefused(
      "cannot write run/\(name): Is a directory; choose another path", status: 74, epochs: 3)
  }

  private func read(_ name: String) throws -> [UInt8] {
    try readFile(path: "\(run)/\(name)", maximumBytes: 1 << 24)
  }

  @Test func anEpochsCheckpointTakesItsPlace() throws {
    let whole = try read("checkpoints/last.safetensors")
    for name in ["last", "epoch-0002"] { try removeFile("\(checkpoints)/\(name).safetensors") }
    try expectRefused(
      "run/checkpoints/last.safetensors is gone; copy run/checkpoints/epoch-0001.safetensors to",
      "or start over with --overwrite")
    // As the message says.
    try FileManager.default.copyItem(atPath: checkpoints + "/epoch-0001.safetensors", toPath: last)
    let outcome = try resume()
    expectSuccess(outcome)
    #expect(outcome.stderr.contains("resuming in epoch 2, "))
    #expect(try read("checkpoints/last.safetensors") == whole)
  }

  @Test func aDamagedOneCanBeReplaced() throws {
    let whole = try read("checkpoints/last.safetensors")
    try AtomicFile.write(whole.prefix(100), to: last)
    try expectRefused(
      "run/checkpoints/last.safetensors is not a usable safetensors file: ",
      "; copy run/checkpoints/epoch-0002.safetensors to that name to resume from there, or start"
    )
    for epoch in 1...2 { try removeFile("\(checkpoints)/epoch-000\(epoch).safetensors") }
    try expectRefused("last.safetensors is not a usable", "; start over with --overwrite")
  }

  /// The last one is written after the epoch's own.
  @Test func aRunThatWasCutBetweenTheTwo() throws {
    let whole = try read("checkpoints/last.safetensors")
    for name in ["last", "epoch-0002"] { try removeFile("\(checkpoints)/\(name).safetensors") }
    try cutMetrics()
    let diverging = try Gputrain.run(
      ["train", "linear-vae", "--resume", "--out", "run"],
      environment: ["GPUTRAIN_TEST_NAN": "encoder.2.weight@4"], in: folder.path)
    expectRefusal(
      diverging, 75, "the last checkpoint is run/checkpoints/last.safetensors (epochs done: 1, ")
    try removeFile("\(checkpoints)/last.safetensors")
    let outcome = try resume()
    expectSuccess(outcome)
    #expect(outcome.stderr.contains("resuming in epoch 2, "))
    #expect(try read("checkpoints/last.safetensors") == whole)
  }

  @Test func theMetricsShowThatOneWasLost() throws {
    try FileManager.default.removeItem(atPath: checkpoints)
    try expectRefused(
      "run/checkpoints/last.safetensors is gone, though run/metrics.csv has 2 epochs; put",
      "start over with --overwrite")
    let outcome = try Gputrain.run(
      ["train", "linear-vae", "--overwrite", "--out", "run", "--epochs", "1"]
        + ["--dataset", "./data", "--batch-size", "12"], in: folder.path)
    expectSuccess(outcome)
  }

  @Test func aLinkToNothing() throws {
    try FileManager.default.moveItem(atPath: checkpoints, toPath: folder.path + "/disk")
    #expect(symlink(folder.path + "/disk", checkpoints) == 0)
    #expect(rename(folder.path + "/disk", folder.path + "/unmounted") == 0)
    // Also if the run is in its first epoch.
    try cutMetrics()
    try expectRefused(
      "run/checkpoints, the folder of the checkpoints, is not a folder now; put it back or")
    #expect(rename(folder.path + "/unmounted", folder.path + "/disk") == 0)
    #expect(rename(last, folder.path + "/elsewhere") == 0)
    #expect(symlink(folder.path + "/nowhere", last) == 0)
    try expectRefused("cannot read run/checkpoints/last.safetensors: No such file or directory")
  }

  /// A link to itself hides the file even from root.
  @Test func aFolderThatCannotBeSearched() throws {
    try FileManager.default.removeItem(atPath: checkpoints)
    #expect(symlink("checkpoints", checkpoints) == 0)
    try cutMetrics()
    try expectRefused(
      "cannot read run/checkpoints/last.safetensors: Too many levels of symbolic links")
  }

  /// A checkpoint of another run of the same model would train, but to wrong results.
  @Test(arguments: [
    (#""seed" : "1""#, #""seed" : "2""#, "its seed is 1, and this run's is 2"),
    (#""batch_size" : 12"#, #""batch_size" : 6"#, "its batch_size is 12, and this run's is 6"),
  ]) func anotherRunsIsRefused(ours: String, other: String, told: String) throws {
    let record = String(decoding: try read("run.json"), as: UTF8.self)
    #expect(record.contains(ours))
    try AtomicFile.write(record.replacing(ours, with: other), to: run + "/run.json")
    let before = try tree(run)
    let outcome = try Gputrain.run(
      ["train", "linear-vae", "--resume", "--epochs", "3", "--out", "run"], in: folder.path)
    expectRefusal(outcome, 65, "run/checkpoints/last.safetensors is of another run: \(told); put")
    #expect(try tree(run) == before)
  }

  /// Keeps only the header and the first epoch's row.
  private func cutMetrics() throws {
    let lines = String(decoding: try read("metrics.csv"), as: UTF8.self).split(separator: "\n")
    try AtomicFile.write(lines.prefix(2).joined(separator: "\n") + "\n", to: run + "/metrics.csv")
  }

  /// A run that was killed in its first epoch, before or after the row, has nothing to lose.
  @Test(arguments: [0, 1, 2]) func aRunThatHadNoneYet(lines: Int) throws {
    let text = String(decoding: try read("metrics.csv"), as: UTF8.self)
    let kept = text.split(separator: "\n").prefix(lines).map { $0 + "\n" }.joined()
    for name in try FileManager.default.contentsOfDirectory(atPath: checkpoints) {
      try removeFile("\(checkpoints)/\(name)")
    }
    try AtomicFile.write(kept + (lines == 1 ? "1,54" : ""), to: run + "/metrics.csv")
    let outcome = try resume()
    expectSuccess(outcome)
    #expect(outcome.stderr.contains("no checkpoint in run yet: beginning a new run"))
    #expect(exists(last))
  }
}
