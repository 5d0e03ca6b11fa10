import Reports

/// Draws the curves of a run's total losses, which are the columns named `…_loss`.
func lossChart(of metrics: CSVTable, title: String) -> LineChart {
  let epochs = metrics.numbers("epoch") ?? []
  return LineChart(
    title: title, xLabel: "epoch", yLabel: "loss per image",
    series: metrics.header.filter { $0.hasSuffix("_loss") }.map { name in
      LineChart.Series(name: name, x: epochs, y: metrics.numbers(name) ?? [])
    })
}
