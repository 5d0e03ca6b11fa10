import Foundation
import Reports

extension RunComparison {
  /// The speed of each run and its device; nil if no run has an epoch.
  var speedTable: ComparisonTable? {
    let timed = groups.flatMap { group in group.runs.map { (group.letter, $0) } }
      .filter { $0.1.imagesPerSecond != nil || $0.1.secondsPerEpoch != nil }
    guard !timed.isEmpty else { return nil }
    func column(
      _ heading: String, rank: Int, isNumeric: Bool = false,
      _ cell: ((letter: String, run: ComparedRun)) -> String?
    ) -> TextTable.Column {
      TextTable.Column(
        heading: heading, cells: timed.map { cell($0) ?? "" }, isNumeric: isNumeric, rank: rank)
    }
    return ComparisonTable(
      title: "Speed",
      table: TextTable([
        column("", rank: 0) { $0.letter },
        column("", rank: 2) { $0.run.name },
        column("images/s", rank: 0, isNumeric: true) { $0.run.imagesPerSecond.map(Self.speed) },
        column("s/epoch", rank: 0, isNumeric: true) {
          $0.run.secondsPerEpoch.map(RunOverview.text)
        },
        column("device", rank: 1) { $0.run.record.settings.device },
      ]))
  }

  private static func speed(_ value: Double) -> String {
    value < 1e9 ? String(format: "%.0f", value) : RunOverview.text(value)
  }
}
