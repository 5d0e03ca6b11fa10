import Files
import Foundation
import GenerativeModels

/// The folder of a sweep: a run folder and a log for each combination, sweep.json and the page.
final class SweepFolder {
  let path: String
  /// Keeps other sweeps out while this object lives.
  private var lock: FolderLock?

  init(path: String) { self.path = path }

  var record: String { "\(path)/sweep.json" }
  var page: String { "\(path)/compare.html" }
  func folder(of run: SweepRun) -> RunFolder { RunFolder(path: "\(path)/\(run.name)") }
  func log(of run: SweepRun) -> String { "\(path)/\(run.name).log" }

  /// Claims the folder for a sweep, or for the rest of one that was begun in it, and writes
  /// sweep.json.
  ///
  /// - Throws: `OutputError` if the folder holds other things, or another program uses it;
  ///   `UsageError` if it holds another sweep; `InputError` if sweep.json is damaged; `FileError`.
  func claim(for plan: SweepPlan, _ new: SweepRecord) throws {
    _ = try namesInOutput(path)
    try createFolder(path)
    lock = try FolderLock(path)
    guard lock != nil else {
      throw OutputError(
        description: "--out \(path) is in use by another sweep; wait for it or choose another")
    }
    if isRegularFile(record) {
      guard
        let begun = try? SweepRecord(parsing: readFile(path: record, maximumBytes: 1 << 20))
      else {
        throw InputError(
          description: "\(record) is not the record of a sweep; remove it or choose another --out")
      }
      if let contradiction = begun.contradiction(of: plan) {
        throw UsageError(
          description: """
            --out \(path) holds another sweep: \(contradiction); resume that one with the command \
            in \(record), or choose another --out
            """)
      }
    } else if try !namesInOutput(path).isEmpty {
      throw OutputError(
        description: "--out \(path) is not empty and holds no sweep; choose another")
    }
    try AtomicFile.check(page)
    try AtomicFile.write(try new.jsonText(pretty: true) + "\n", to: record)
  }

  /// What a run still needs.
  enum Need { case training, evaluation }

  /// Says what a run still needs; nil if it is complete.
  func need(of run: SweepRun, evaluates: Bool) -> Need? {
    let folder = folder(of: run)
    guard isRegularFile(folder.record),
      let last = try? CheckpointFile(path: folder.lastCheckpoint, model: nil),
      last.epoch >= run.settings.epochs
    else { return .training }
    guard evaluates, Evaluation.read(folder.evaluation)?.epoch != last.epoch else { return nil }
    return .evaluation
  }

  /// The epochs that a run has done.
  func epochsDone(of run: SweepRun) -> Int {
    min((try? folder(of: run).readMetrics())?.rows.count ?? 0, run.settings.epochs)
  }

  /// Waits until no run is trained any more. The runs of a sweep that was killed end with a
  /// checkpoint, which takes a moment.
  func waitForRuns(of plan: SweepPlan) {
    func isInUse() -> Bool {
      plan.runs.contains { FolderLock.isHeld(folder(of: $0).path) }
    }
    guard isInUse() else { return }
    StandardError.note("runs in \(path) are still in use: waiting for them")
    for _ in 0..<longestWait * 10 where Interruption.signal == nil && isInUse() {
      usleep(100_000)
    }
  }

  /// The seconds that `waitForRuns` waits at most. Later, `train` refuses the run.
  private let longestWait = 60
}
