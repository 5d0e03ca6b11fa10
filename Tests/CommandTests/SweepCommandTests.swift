import Files
import Foundation
import GenerativeModels
import TestFiles
import Testing

@testable import gputrain

@Suite struct SweepCommandTests {
  @Test(arguments: [
    ("seed=1..4", ["1", "2", "3", "4"]), ("seed=7", ["7"]), ("seed=3..3,9", ["3", "9"]),
    ("beta1=0.5,0.9", ["0.5", "0.9"]), ("dataset=../a,./b=c", ["../a", "./b=c"]),
    ("preset=paper,stable", ["paper", "stable"]),
  ])
  func values(word: String, values: [String]) throws {
    let variation = try Variation(parsing: word)
    #expect(variation.values == values && word.hasPrefix(variation.name + "="))
  }

  @Test(arguments: [
    ("seed", "write it as NAME=VALUES"), ("=1", "write it as NAME=VALUES"),
    ("sede=1", "Did you mean 'seed'?"), ("tensorboard=1", "is not a setting that can vary"),
    ("out=a", "is not a setting that can vary"), ("seed=", "a value is missing"),
    ("seed=1,,2", "a value is missing"), ("seed=4..1", "must count up"),
    ("seed=1..1001", "at most 1000"), ("seed=1..99999999999999999999", "must count up"),
    ("seed=1..600,601..1300", "more than 1000 values"),
    ("seed=1..3,2", "the value 2 is given twice"),
  ])
  func refusedVariations(word: String, reason: String) {
    let error = #expect(throws: UsageError.self) { try Variation(parsing: word) }
    #expect(error?.description.contains(reason) == true, "\(String(describing: error))")
  }

  private func plan(
    _ vary: String..., model: any GenerativeModel = GAN.linear, words: String...
  ) throws -> SweepPlan {
    try SweepPlan(model, vary.map(Variation.init(parsing:)), words: [model.name] + words)
  }

  /// All combinations in order, the last variation fastest.
  @Test func combinations() throws {
    let runs = try plan("seed=1,2", "beta1=0.5,0.9", words: "--epochs", "3").runs
    #expect(
      runs.map(\.name) == [
        "seed=1,beta1=0.5", "seed=1,beta1=0.9", "seed=2,beta1=0.5", "seed=2,beta1=0.9",
      ])
    #expect(runs.map(\.settings.seed) == [1, 1, 2, 2])
    #expect(runs.map(\.settings.beta1) == [0.5, 0.9, 0.5, 0.9])
    #expect(runs.allSatisfy { $0.settings.epochs == 3 })
    #expect(runs[1].words == ["--seed=1", "--beta1=0.9", "linear-gan", "--epochs", "3"])
  }

  /// No value leads out of the sweep's folder, and different values have different folders.
  @Test func namesOfFolders() throws {
    let names = try plan("dataset=../a,.._a,./a b,./a%20b,/é").runs.map(\.name)
    #expect(
      names == [
        "dataset=..%2Fa", "dataset=.._a", "dataset=.%2Fa%20b", "dataset=.%2Fa%2520b",
        "dataset=%2F%C3%A9",
      ])
  }

  @Test func refusedCombinations() throws {
    func refuses(
      _ reason: String, _ make: () throws -> SweepPlan,
      sourceLocation: SourceLocation = #_sourceLocation
    ) {
      let error = #expect(throws: UsageError.self, sourceLocation: sourceLocation) { try make() }
      #expect(error?.description.contains(reason) == true, sourceLocation: sourceLocation)
    }
    refuses("--vary seed is given twice") { try plan("seed=1", "seed=2") }
    refuses("--seed is both given and varied") { try plan("seed=1", words: "--seed=3") }
    refuses("--seed is both given and varied") { try plan("seed=1", words: "--seed", "3") }
    refuses("seed=x: The value 'x' is invalid") { try plan("seed=x") }
    refuses("beta1=1: --beta1 must be at least 0 and below 1") { try plan("beta1=0,1") }
    refuses("beta=2: --beta is for VAEs") { try plan("beta=2") }
    refuses("beta1=0.9 and beta1=0.90 are the same run") { try plan("beta1=0.9,0.90") }
    refuses("more than 1000 runs") { try plan("seed=1..101", "batch-size=1..10") }
    let long = String(repeating: "d", count: 250)
    refuses("is too long") { try plan("dataset=./\(long)") }
  }

  @Test func wordsOfTrain() {
    let words = ["dcgan", "--vary", "seed=1", "--out=x", "--evaluate", "--epochs", "3"]
    let own = ["--vary", "--out", "--devices"]
    #expect(
      SweepPlan.trainWords(of: words + ["--", "--out"], without: own, ["--evaluate"])
        == ["dcgan", "--epochs", "3", "--", "--out"])
  }

  /// A sweep may get more values and more epochs, and nothing else that the numbers depend on.
  @Test func whatContinuesASweep() throws {
    let begun = try plan("seed=1,2", words: "--epochs", "3")
    let record = SweepRecord(begun, first: begun.runs[0], command: [])
    let read = try SweepRecord(parsing: Array(try record.jsonText().utf8))
    #expect(read == record)
    func contradiction(_ plan: SweepPlan) -> String? { read.contradiction(of: plan) }
    #expect(contradiction(begun) == nil)
    #expect(try contradiction(plan("seed=2,5,1", words: "--epochs", "4", "--keep", "1")) == nil)
    #expect(
      try contradiction(plan("seed=1,3", words: "--epochs", "3"))
        == "it has seed=2, which --vary leaves out")
    #expect(
      try contradiction(plan("seed=1,2", words: "--epochs", "2"))
        == "it was begun with --epochs 3, not 2")
    #expect(
      try contradiction(plan("seed=1,2", "beta1=0.5", words: "--epochs", "3"))
        == "it varies seed, not seed, beta1")
    #expect(
      try contradiction(plan("seed=1,2", words: "--epochs", "3", "--limit", "9"))
        == "it was begun with --limit none, not 9")
    #expect(
      try contradiction(plan("seed=1,2", model: VAE.linear, words: "--epochs", "3"))
        == "it is of linear-gan, not of linear-vae")
  }

  /// A sweep that is killed takes its run with it. The same command resumes it, and its runs are
  /// those of `train`.
  @Test func aKilledSweepIsResumed() throws {
    let alone = try TrainedRun.get()
    let folder = try TemporaryFolder()
    let options = TrainedRun.options.dropFirst().map { $0 == "./data" ? alone.data : $0 }
    let command = ["sweep"] + options + ["--vary", "seed=1,2", "--out", folder.path + "/sweep"]
    let first = folder.path + "/sweep/seed=1"
    let killed = try Gputrain.run(
      command, timeout: 120, signals: [SIGKILL], interrupt: { exists(first + "/run.json") })
    #expect(killed.signal == SIGKILL)
    for _ in 0..<1000 where FolderLock.isHeld(first) { usleep(10_000) }
    #expect(!FolderLock.isHeld(first))

    let resumed = try Gputrain.run(command, timeout: 120)
    expectSuccess(resumed)
    #expect(
      try Tensors.read(first + "/checkpoints/last.safetensors") == Tensors.read(alone.checkpoint))
    #expect(exists(folder.path + "/sweep/seed=2/checkpoints/last.safetensors"))
    #expect(exists(folder.path + "/sweep/seed=2.log"))
    #expect(resumed.stdout.hasSuffix("page: \(folder.path)/sweep/compare.html\n"))
    #expect(try folder.names() == ["sweep"])
    // Everything is complete, so nothing is trained.
    let again = try Gputrain.run(command, timeout: 120)
    #expect(again.stdout == resumed.stdout)
    #expect(again.stderr == "2 of 2 runs are complete already\n")
  }

  @Test func aRunThatFailsDoesNotStopTheOthers() throws {
    let folder = try TemporaryFolder()
    try TinyData.write(to: folder.path + "/data")
    let outcome = try Gputrain.run(
      [
        "sweep", "linear-vae", "--vary", "dataset=./none,./data", "--epochs", "1", "--batch-size",
        "12", "--out", "s",
      ], in: folder.path, timeout: 120)
    #expect(outcome.status == 65, "\(outcome)")
    let lines = outcome.stderrLines
    #expect(lines.contains { $0.hasPrefix("1/2  dataset=.%2Fnone  failed: ") })
    #expect(
      lines.last
        == "gputrain: 1 of 2 runs failed: dataset=.%2Fnone; the same command tries them again")
    #expect(exists(folder.path + "/s/dataset=.%2Fdata/checkpoints/last.safetensors"))
    #expect(outcome.stdout.hasSuffix("page: s/compare.html\n"))

    let other = try Gputrain.run(
      ["sweep", "linear-vae", "--vary", "dataset=./data", "--out", "s"], in: folder.path)
    expectRefusal(other, 64, "--out s holds another sweep: it has dataset=./none")
    let run = try Gputrain.run(
      ["sweep", "linear-vae", "--vary", "seed=1", "--out", "s/dataset=.%2Fdata"], in: folder.path)
    expectRefusal(run, 74, "is not empty and holds no sweep")
  }
}
