import Reports
import TerminalGraphics

extension RunComparison {
  /// The most groups whose curves are drawn: more colours are hard to distinguish.
  static let mostCurves = 10

  /// The metrics that at least two runs have.
  private var sharedMetrics: [String] {
    ComparedRun.metricNames.filter { name in runs.count { $0.curves[name]?.isEmpty == false } > 1 }
  }

  /// The metrics that only one run has.
  private var singleMetrics: [String] {
    ComparedRun.metricNames.filter { name in runs.count { $0.curves[name]?.isEmpty == false } == 1 }
  }

  /// The curves of a metric: a series for each group, in which the curves of its runs follow each
  /// other.
  private func series(of metric: String) -> [LineChart.Series] {
    groups.prefix(Self.mostCurves).compactMap { group in
      let curves = group.runs.compactMap { $0.curves[metric] }.filter { !$0.isEmpty }
      guard !curves.isEmpty else { return nil }
      // A point without numbers interrupts the line.
      let gap = [LineChart.Point(x: .nan, y: .nan)]
      let points = curves.map { curve in
        curve.enumerated().map { LineChart.Point(x: Double($0 + 1), y: $1) }
      }
      return LineChart.Series(
        name: group.label.escapingControlCharacters, points: Array(points.joined(separator: gap)))
    }
  }

  // MARK: - On a page

  /// The curves as a part of a page: a chart for each metric that two runs have.
  var curveBlocks: [HTMLPage.Block] {
    let (shared, single) = (sharedMetrics, singleMetrics)
    guard !shared.isEmpty || !single.isEmpty else { return [] }
    let shown = groups.prefix(Self.mostCurves)
    var blocks: [HTMLPage.Block] = [.heading("Curves")]
    if hasGroups {
      blocks.append(.paragraph("Each line is a run; the runs of a group have one colour."))
    }
    if shown.count < groups.count {
      blocks.append(
        .paragraph("Only the first \(shown.count) of \(groups.count) groups are drawn."))
    }
    blocks += shared.map { metric in
      var chart = LineChart(
        title: metric, xLabel: "epoch", yLabel: Self.unit(of: metric), series: series(of: metric))
      chart.legendLetters = min(shown.map(\.label.count).max() ?? 0, 40)
      return .chart(chart, caption: Self.meaning(of: metric))
    }
    if !single.isEmpty {
      let names = single.joined(separator: ", ")
      blocks.append(.paragraph("Only one run has \(names), so there is nothing to compare."))
    }
    return blocks
  }

  private static func unit(of metric: String) -> String {
    if metric.hasSuffix("accuracy") { return "fraction of the epoch's images" }
    return metric.hasPrefix("train_") || metric.hasPrefix("val_")
      ? "nats per image" : "mean of the epoch"
  }

  private static func meaning(of metric: String) -> String {
    switch metric {
    case "train_loss": "Reconstruction plus divergence, a mean over the epoch."
    case "val_loss": "The same after the epoch, of the validation images."
    case "train_reconstruction", "val_reconstruction": "How far images are from reconstructions."
    case "train_kl", "val_kl": "Divergence from the prior."
    case "d_loss": "d_loss_real plus d_loss_fake: 1.39 if the discriminator only guesses."
    case "d_loss_real": "The discriminator's loss on training images."
    case "d_loss_fake": "The discriminator's loss on the generator's images."
    case "g_loss": "The generator's loss: 0.69 if the discriminator only guesses."
    case "real_accuracy": "The training images that the discriminator judges real."
    case "fake_accuracy": "The generator's images that the discriminator judges fake."
    default: ""
    }
  }

  // MARK: - On a terminal

  /// The metrics that a terminal shows.
  private static let mostImportant = ["val_loss", "d_loss", "g_loss"]

  /// The most important curves in the cells of a terminal.
  func curveLines(width: Int, style: TerminalStyle) -> [String] {
    let shared = sharedMetrics
    return Self.mostImportant.filter(shared.contains).flatMap { metric -> [String] in
      let chart = TerminalChart(series: series(of: metric), xLabel: "epoch")
      let lines = chart.lines(width: min(width, 100), height: 14, style: style)
      return lines.isEmpty ? [] : ["", metric] + lines
    }
  }
}
