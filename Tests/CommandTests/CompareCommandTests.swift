import Files
import Foundation
import TestFiles
import Testing

/// `compare` as a user runs it.
@Suite struct CompareCommandTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    for (seed, name) in ["a", "b", "c", "d", "e"].enumerated() {
      try WrittenRun(seed: seed, rows: ["3,4", "1,2"]).write(to: "\(folder.path)/runs/\(name)")
    }
    try AtomicFile.write("{", to: folder.path + "/runs/c/run.json")
    // A row that another program is writing, and a run that has just begun.
    try AtomicFile.write(
      "epoch,val_loss\n1,2\n2", to: folder.path + "/runs/d/metrics.csv")
    try removeFile(folder.path + "/runs/e/metrics.csv")
  }

  private func compare(_ arguments: String...) throws -> Gputrain.Outcome {
    try Gputrain.run(["compare"] + arguments, in: folder.path)
  }

  @Test func whatCannotBeReadIsNoted() throws {
    let outcome = try compare("runs", "runs/a/", "--out", "page.html", "--curves")
    expectSuccess(outcome)
    let notes = [
      "note: runs/c is left out: runs/c/run.json is not the record of a run; train it again",
      "note: runs/d: runs/d/metrics.csv is damaged: CSV row 2 has 1 fields, but the header has 2; "
        + "correct or remove it",
      "note: runs/d has only 1 of 2 epochs, so it is left out",
      "note: runs/e has no epoch yet",
    ]
    #expect(outcome.stderrLines.map(String.init) == notes)
    #expect(outcome.stdout.contains("\nA  linear-vae  2 of 4     2.000 ± 0 @2  2.000 ± 0"))
    #expect(outcome.stdout.contains("\nval_loss\n") && outcome.stdout.hasSuffix("\npage.html\n"))
    #expect(exists(folder.path + "/page.html"))
  }

  @Test func jsonHasEveryNumber() throws {
    let outcome = try compare("runs/a", "runs/b", "--json", "--epoch", "1")
    expectSuccess(outcome)
    let object = try JSONSerialization.jsonObject(with: Data(outcome.stdout.utf8))
    let fields = try #require(object as? [String: Any])
    let group = try #require((fields["groups"] as? [[String: Any]])?.first)
    let results = try #require(group["results"] as? [String: [String: Double]])
    #expect(results["val_loss"] == ["mean": 4, "deviation": 0, "count": 2])
    #expect(
      (group["runs"] as? [[String: Any]])?.map { $0["path"] as? String } == ["runs/a", "runs/b"])
    #expect(fields["epoch"] as? Int == 1)
  }

  @Test func refusals() throws {
    expectRefusal(
      try compare("runs/a", "runs/../runs/a"), 65,
      "below runs/a and runs/../runs/a there is one run, runs/a, that can be read; name at least")
    expectRefusal(try compare("runs/a", "runs/x"), 65, "runs/x is not a folder")
    expectRefusal(try compare("runs/a", "runs/b", "--epoch", "3"), 64, "--epoch 3: fewer than two")
    expectUsageError(try compare("runs/a", "runs/b", "--out", "page.png"), "must end in .html")
  }
}
