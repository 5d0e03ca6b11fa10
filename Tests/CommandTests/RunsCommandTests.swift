import Files
import Foundation
import TestFiles
import Testing

@testable import gputrain

/// `runs`: whole runs, and those that are being written, were stopped or are damaged.
@Suite struct RunsCommandTests {
  private let folder: TemporaryFolder

  /// Copies a finished run of two epochs to `runs/NAME` for each name.
  init() throws {
    folder = try TemporaryFolder()
    for name in ["whole", "deep/stopped", "cut", "broken", "diverged"] {
      let path = "\(folder.path)/runs/\(name)"
      try createFolder(URL(fileURLWithPath: path).deletingLastPathComponent().path)
      try FileManager.default.copyItem(atPath: try TrainedRun.get().path, toPath: path)
    }
    try edit("deep/stopped/run.json") { $0.replacing("\"epochs\" : 2", with: "\"epochs\" : 5") }
    try edit("diverged/run.json") { $0.replacing("\"epochs\" : 2", with: "\"epochs\" : 9") }
    try AtomicFile.write("the training diverged\n", to: "\(folder.path)/runs/diverged/diverged.txt")
    try edit("broken/run.json") { String($0.prefix(20)) }
    // A row that another program is writing.
    try edit("cut/metrics.csv") { String($0.dropLast(30)) }
    try createFolder(folder.path + "/runs/none")
  }

  private func edit(_ file: String, _ change: (String) -> String) throws {
    let path = "\(folder.path)/runs/\(file)"
    let text = String(decoding: try readFile(path: path, maximumBytes: 1 << 20), as: UTF8.self)
    #expect(change(text) != text)
    try AtomicFile.write(change(text), to: path)
  }

  private func runs(_ options: String...) throws -> Gputrain.Outcome {
    try Gputrain.run(["runs"] + options, in: folder.path)
  }

  /// The first and the last words of each line.
  private func ends(_ outcome: Gputrain.Outcome) -> [String] {
    outcome.stdout.split(separator: "\n").map { line in
      let words = line.split(separator: " ")
      return "\(words[0]) \(words[words.count - 1])"
    }
  }

  @Test func everyRunHasItsState() throws {
    let outcome = try runs()
    #expect(outcome.status == 0)
    #expect(
      ends(outcome) == [
        "run state", "runs/broken damaged", "runs/cut stopped", "runs/deep/stopped stopped",
        "runs/diverged diverged", "runs/whole complete",
      ])
    #expect(outcome.stderr.contains("runs/broken: runs/broken/run.json is not the record of a run"))
    #expect(outcome.stdout.contains(" 2/5 ") && outcome.stdout.contains(" 2/2 "))
    #expect(outcome.stdout.contains(/cut .* 1\/2/))
  }

  @Test func fieldsAreThoseOfTheFiles() throws {
    let overview = RunOverview(of: RunFolder(path: folder.path + "/runs/whole"))
    let table = try RunFolder(path: folder.path + "/runs/whole").readMetrics()
    let losses = try #require(table.numbers("val_loss"))
    #expect(overview.last["val_loss"] == losses[1] && overview.last["seconds"] == nil)
    #expect(overview.best?.value == losses.min())
    #expect(overview.best.map { losses[$0.epoch - 1] } == losses.min())
    #expect(overview.seconds == table.numbers("seconds")?.reduce(0, +))
    #expect(overview.model == "linear-vae" && overview.dataset == "./data" && overview.seed == 1)
    let outcome = try runs("--json", "--state", "complete")
    let list = try JSONSerialization.jsonObject(with: Data(outcome.stdout.utf8))
    let fields = try #require((list as? [[String: Any]])?.first)
    #expect(fields["epochs_done"] as? Int == 2 && fields["state"] as? String == "complete")
    #expect((fields["last"] as? [String: Double])?["val_loss"] == losses[1])
  }

  @Test func aLockedRunIsRunning() throws {
    let path = folder.path + "/runs/whole"
    #expect(RunOverview(of: RunFolder(path: path)).state == .complete)
    withExtendedLifetime(try FolderLock(path)) {
      #expect(RunOverview(of: RunFolder(path: path)).state == .running)
    }
  }

  @Test func runsAreSortedAndChosen() throws {
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSinceNow: -100)],
      ofItemAtPath: folder.path + "/runs/cut/metrics.csv")
    #expect(
      ends(try runs("--sort", "date", "--state", "stopped")).dropFirst().first
        == "runs/deep/stopped stopped")
    #expect(ends(try runs("--sort", "epochs", "--state", "stopped")).last == "runs/cut stopped")
    #expect(try runs("--model", "dcgan").stdout.isEmpty)
    #expect(
      try runs("--model", "dcgan").stderr.contains("are 5 runs, but none of those asked for"))
    #expect(try runs("runs/none").stderr.contains("below runs/none there is no run"))
  }

  @Test func foldersThatAreNone() throws {
    expectRefusal(try runs("missing"), 65, "missing is not a folder; name one that holds runs")
    expectRefusal(
      try Gputrain.run(["runs"], in: folder.path + "/runs"), 65,
      "there is no folder runs/ here; name one that holds runs")
    expectRefusal(
      try runs("--sort", "name"), 64, "Please provide one of the following: - path - date")
  }

  @Test func aNarrowTableHasFewerColumns() {
    let table = TextTable([
      .init(heading: "run", cells: ["a", "long"], rank: 0),
      .init(heading: "epochs", cells: ["1/2", "10/20"], isNumeric: true, rank: 2),
      .init(heading: "nothing", cells: ["", ""], rank: 1),
      .init(heading: "loss", cells: ["1.5", ""], isNumeric: true, rank: 1),
    ])
    #expect(
      table.lines(width: nil) == ["run   epochs  loss", "a        1/2   1.5", "long   10/20"])
    #expect(table.lines(width: 18) == table.lines(width: nil))
    #expect(table.lines(width: 17) == ["run   loss", "a      1.5", "long"])
    #expect(table.lines(width: 1) == ["run", "a", "long"])
  }
}
