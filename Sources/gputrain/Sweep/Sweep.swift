import Files
import Foundation
import Reports

/// The error for a sweep with failed runs.
struct SweepFailure: Error, CustomStringConvertible {
  /// The exit code of the first of them.
  let status: ExitStatus
  let description: String
}

/// Trains the runs of a sweep, one at a time on each device, and compares them.
struct Sweep {
  let plan: SweepPlan
  /// The folder, which is already claimed for this sweep.
  let folder: SweepFolder
  /// The indices of the devices; nil for the runs' own choice.
  let devices: [String?]
  /// Whether each run is evaluated.
  let evaluates: Bool
  /// The command line that begins it, and resumes it after it was stopped.
  let command: String

  /// Trains the runs that are not complete, and writes the comparison of all.
  ///
  /// - Throws: `Interrupted`; `SweepFailure`, after all runs; `FileError`, `OutputError`.
  func run() throws {
    folder.waitForRuns(of: plan)
    let complete = plan.runs.count - needs.count
    if complete > 0 {
      StandardError.print("\(complete) of \(plan.runs.count) runs are complete already")
    }
    var failures: [String: Int32] = [:]
    try Interruption.deferring { failures = try train() }
    let missing = needs.map(\.run)
    if let signal = Interruption.signal, !missing.isEmpty {
      let count = plan.runs.count - missing.count
      throw Interrupted(
        signal: signal,
        description: """
          stopped as asked; \(count) of \(plan.runs.count) runs are complete; resume with: \
          \(command)
          """)
    }
    try compare()
    guard let first = missing.first else { return }
    throw SweepFailure(
      status: failures[first.name].flatMap(ExitStatus.init) ?? .unavailable,
      description: """
        \(missing.count) of \(plan.runs.count) runs failed: \(missing.map(\.name).firstFew); the \
        same command tries them again
        """)
  }

  /// The runs that are not complete, with what each needs first.
  private var needs: [(run: SweepRun, need: SweepFolder.Need)] {
    plan.runs.compactMap { run in
      folder.need(of: run, evaluates: evaluates).map { (run, $0) }
    }
  }

  /// Runs a task on each device until none is left, or a signal asks to stop.
  ///
  /// - Returns: The exit codes of the runs that failed, by their names.
  private func train() throws -> [String: Int32] {
    let progress = SweepProgress(plan, in: folder)
    defer { progress.clear() }
    var waiting = needs[...]
    var complete = plan.runs.count - waiting.count
    var tasks = [SweepTask?](repeating: nil, count: devices.count)
    var failures: [String: Int32] = [:]
    var isStopping = false
    while true {
      for place in tasks.indices where tasks[place] == nil && Interruption.signal == nil {
        guard let (run, need) = waiting.popFirst() else { break }
        let task = try SweepTask(
          run, in: folder, on: devices[place], need, evaluates: evaluates)
        tasks[place] = task
        progress.begin(task)
      }
      guard tasks.contains(where: { $0 != nil }) else { return failures }
      usleep(10_000)
      if Interruption.signal != nil, !isStopping {
        isStopping = true
        for task in tasks { task?.stop() }
      }
      if Interruption.takeSaveRequest() != nil { for task in tasks { task?.save() } }
      for place in tasks.indices {
        guard let task = tasks[place], let end = try task.poll() else { continue }
        tasks[place] = nil
        switch end {
        case .complete: complete += 1
        case .failed(let code, _): failures[task.run.name] = code
        }
        // A run that stops as asked has not failed.
        if !isStopping { progress.finish(task, end) }
      }
      progress.update(complete: complete)
    }
  }

  /// Prints the comparison of the runs after the epochs that were asked for, and writes its page.
  /// Runs that have not begun are left out.
  private func compare() throws {
    let begun = plan.runs.map(folder.folder).filter { isRegularFile($0.record) }
    let comparison = RunComparison(
      of: begun.map(\.path), after: plan.runs.map(\.settings.epochs).min())
    guard !comparison.runs.isEmpty else { return }
    for line in comparison.lines(width: Terminal.outputWidth) { try StandardOutput.print(line) }
    for note in comparison.notes { StandardError.note(note) }
    try comparison.write(page: folder.page)
    try StandardOutput.print("page: \(folder.page)")
  }
}
