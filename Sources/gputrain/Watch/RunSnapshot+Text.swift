import Foundation
import Reports
import TerminalGraphics

extension RunSnapshot {
  /// The facts of the head line, the most important first.
  func head(path: String) -> [String] {
    guard let overview else { return ["waiting for \(path)/run.json"] }
    guard let model = overview.model, let dataset = overview.dataset, let epochs = overview.epochs
    else { return ["\(path): \(overview.state.rawValue)"] }
    var facts = [
      "\(model) on \(dataset)", "epoch \(overview.epochsDone)/\(epochs)", overview.state.rawValue,
    ]
    if let left = secondsLeft() { facts.append("\(ProgressLine.duration(left)) left") }
    if let rate = overview.imagesPerSecond { facts.append("\(ProgressLine.rate(rate)) images/s") }
    return facts
  }

  /// The curves of the losses, and of the accuracies if there are any.
  var charts: [TerminalChart] {
    guard let metrics, let overview, !metrics.rows.isEmpty else { return [] }
    let losses = lossChart(of: metrics, title: "").series
    let epochs = metrics.numbers("epoch") ?? []
    let accuracies = metrics.header.filter { $0.hasSuffix("_accuracy") }.map {
      LineChart.Series(name: $0, x: epochs, y: metrics.numbers($0) ?? [])
    }
    return [losses, accuracies].filter { !$0.isEmpty }.map { series in
      let best = series.firstIndex { $0.name == "val_loss" }
      let marks = best.flatMap { index in
        overview.best.map {
          TerminalChart.Mark(series: index, point: .init(x: Double($0.epoch), y: $0.value))
        }
      }
      return TerminalChart(
        series: series.map { withLastValue($0, overview) }, xLabel: "epoch",
        marks: marks.map { [$0] } ?? [])
    }
  }

  /// A series whose name has its last value too, and the best validation loss.
  private func withLastValue(
    _ series: LineChart.Series, _ overview: RunOverview
  ) -> LineChart.Series {
    var series = series
    guard let last = overview.last[series.name] else { return series }
    let best = series.name == "val_loss" ? overview.best : nil
    series.name += " \(RunOverview.text(last))"
    if let best { series.name += " (best \(RunOverview.text(best.value)) @\(best.epoch))" }
    return series
  }

  /// What is wrong with the run, or how it ended; nil while all is well.
  func remark(in folder: RunFolder) -> String? {
    guard let overview else { return nil }
    switch overview.state {
    case .running:
      return overview.epochsDone > 0 ? nil : "the first epoch has not ended yet"
    case .damaged: return overview.problem
    case .complete: return "the run is complete"
    case .stopped:
      return "the run stopped after epoch \(overview.epochsDone); train --resume continues it"
    case .diverged:
      return folder.divergenceText ?? "the training diverged"
    }
  }
}
