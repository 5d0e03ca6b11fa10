import GenerativeModels
import Reports

/// The lines of epochs on the terminal: the main metrics in columns; metrics.csv has all.
struct EpochTable {
  /// The names of the metrics of a result, in order.
  let metricNames: [String]
  /// The epochs of the run.
  let epochs: Int
  /// The lowest validation loss so far.
  private var best: RunOverview.Mark?
  private var hasHeading = false

  /// Makes a table that continues after the epochs of metrics.csv.
  init(metricNames: [String], epochs: Int, after table: CSVTable) {
    (self.metricNames, self.epochs) = (metricNames, epochs)
    best = RunOverview.lowestLoss(of: table)
  }

  /// Adds an epoch.
  ///
  /// - Parameter width: The characters of a line; nil for all columns.
  /// - Returns: Its line, with the heading above the first.
  mutating func add(_ result: EpochResult, width: Int?) -> [String] {
    let metrics = named(result.metrics)
    var isBest = false
    if let loss = metrics[Self.validationLoss], loss.isFinite, loss < best?.value ?? .infinity {
      best = RunOverview.Mark(epoch: result.epoch, value: loss)
      isBest = true
    }
    let lines = TextTable(columns(result, metrics, isBest: isBest)).lines(width: width)
    defer { hasHeading = true }
    return hasHeading ? Array(lines.dropFirst()) : lines
  }

  /// A sentence about what came out of the run.
  ///
  /// - Parameter result: The last epoch.
  func conclusion(_ result: EpochResult) -> String {
    let metrics = named(result.metrics)
    let facts = Self.shown.filter { $0.name != "train_loss" }.compactMap { column in
      metrics[column.name].map { "\(column.name) \(CSVTable.field($0, digits: 4))" }
    }
    let lowest = best.map { " (best \(CSVTable.field($0.value, digits: 4)), epoch \($0.epoch))" }
    let count = epochs == 1 ? "1 epoch" : "\(epochs) epochs"
    return "Done: " + ([count] + facts).joined(separator: ", ") + (lowest ?? "") + "."
  }

  private func named(_ metrics: [Double]) -> [String: Double] {
    Dictionary(uniqueKeysWithValues: zip(metricNames, metrics))
  }

  private static let validationLoss = "val_loss"

  /// The metrics that are shown, if the model has them. Those of the largest rank are left out
  /// first.
  static let shown: [(name: String, rank: Int)] = [
    ("train_loss", 0), (validationLoss, 0), ("d_loss", 0), ("g_loss", 0),
    ("real_accuracy", 2), ("fake_accuracy", 2),
  ]

  /// The columns, each as wide in every epoch.
  private func columns(
    _ result: EpochResult, _ metrics: [String: Double], isBest: Bool
  ) -> [TextTable.Column] {
    func column(_ heading: String, _ cell: String, _ width: Int, rank: Int) -> TextTable.Column {
      TextTable.Column(
        heading: heading.aligned(right: width), cells: [cell], isNumeric: true, rank: rank)
    }
    let digits = "\(epochs)".count
    let epoch = TextTable.Column(
      heading: "epoch".padding(to: 2 * digits + 1),
      cells: ["\(result.epoch)".aligned(right: digits) + "/\(epochs)"], rank: 0)
    let values = Self.shown.compactMap { name, rank in
      metrics[name].map { value in
        let isMarked = name == Self.validationLoss
        let mark = isMarked ? (isBest ? " best" : "     ") : ""
        return column(
          name + (isMarked ? "     " : ""), CSVTable.field(value, digits: 5) + mark,
          isMarked ? 14 : 9, rank: rank)
      }
    }
    return [epoch] + values + [
      column("time", ProgressLine.duration(result.seconds), 7, rank: 1),
      column("images/s", ProgressLine.rate(result.imagesPerSecond), 8, rank: 1),
    ]
  }
}
