import Foundation
import Reports

/// Shows a sweep on the terminal: a line when a run begins and ends, and a bar with the time left.
final class SweepProgress {
  private let plan: SweepPlan
  private let folder: SweepFolder
  private let bar = ProgressBar(write: StandardError.draw)
  private let start = ContinuousClock.now
  /// The fraction of all epochs that was done at the start.
  private let before: Double
  private var lastRead: ContinuousClock.Instant?

  init(_ plan: SweepPlan, in folder: SweepFolder) {
    (self.plan, self.folder) = (plan, folder)
    before = Self.fraction(plan, folder)
  }

  /// The fraction of the epochs of all runs that is done.
  private static func fraction(_ plan: SweepPlan, _ folder: SweepFolder) -> Double {
    plan.runs.map { Double(folder.epochsDone(of: $0)) / Double($0.settings.epochs) }
      .reduce(0, +) / Double(plan.runs.count)
  }

  func begin(_ task: SweepTask) {
    let epochs = folder.epochsDone(of: task.run)
    let place = task.device.map { " on \($0)" } ?? ""
    print(task.run, epochs == 0 ? "begins\(place)" : "resumes after epoch \(epochs)\(place)")
  }

  func finish(_ task: SweepTask, _ end: SweepTask.End) {
    switch end {
    case .complete:
      let time = ProgressLine.duration((ContinuousClock.now - task.start).seconds)
      print(task.run, (results(of: task.run) + [time]).joined(separator: "  "))
    case .failed(_, let reason): print(task.run, "failed: \(reason)")
    }
  }

  private func print(_ run: SweepRun, _ text: String) {
    bar.clear()
    let place = (plan.runs.firstIndex(of: run) ?? 0) + 1
    let count = "\(plan.runs.count)"
    StandardError.print("\("\(place)".aligned(right: count.count))/\(count)  \(run.name)  \(text)")
  }

  /// The losses after a run's last epoch, and its Fréchet distance if it was measured.
  private func results(of run: SweepRun) -> [String] {
    let overview = RunOverview(of: folder.folder(of: run))
    let names = overview.last["val_loss"] == nil ? ["d_loss", "g_loss"] : ["val_loss"]
    let losses = names.compactMap { name in
      overview.last[name].map { "\(name) \(RunOverview.text($0))" }
    }
    let distance = overview.frechetDistance.map { "Fréchet \(RunOverview.text($0.value))" }
    return losses + [distance].compactMap(\.self)
  }

  /// Redraws the bar, at most once a second, because that reads the files of the runs.
  func update(complete: Int) {
    let now = ContinuousClock.now
    guard bar.isDue(), lastRead.map({ now - $0 >= .seconds(1) }) ?? true else { return }
    lastRead = now
    let done = Self.fraction(plan, folder)
    let seconds = (now - start).seconds
    var line = ProgressLine(
      epoch: complete, epochs: plan.runs.count, fraction: done,
      secondsLeft: done > before ? (nil, seconds * (1 - done) / (done - before)) : nil)
    line.unit = "runs"
    bar.update(line)
  }

  func clear() { bar.clear() }
}
