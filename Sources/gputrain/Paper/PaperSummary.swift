import Models
import Reports

/// The last losses of each model beside the author's, with time and speed.
struct PaperSummary {
  /// One row a quantity of a model.
  let table: CSVTable

  static let explanation = """
    The author's value is of the last epoch that the notebooks logged up to this run's last; what it \
    is stands beside it. First batches of an epoch scatter, and means over an epoch do not.
    """

  /// The summary of models by name and what they logged, a row for each epoch.
  ///
  /// - Throws: `CSVError`.
  init(_ runs: [(model: String, metrics: CSVTable)]) throws {
    var table = CSVTable(
      header: ["model", "quantity", "epoch", "value", "author_epoch", "author_value", "author_is"])
    for (model, metrics) in runs {
      let epoch = metrics.rows.count
      for column in metrics.header where column.hasSuffix("loss") {
        guard let value = metrics.numbers(column)?.last else { continue }
        let author = AuthorLosses.value(model, column, upTo: epoch)
        try table.append([
          model, column, String(epoch), CSVTable.field(value),
          author.map { String($0.epoch) } ?? "", author.map { CSVTable.field($0.loss) } ?? "",
          author == nil ? "" : AuthorLosses.meaning(of: model),
        ])
      }
      let seconds = metrics.numbers("seconds") ?? []
      let rates = metrics.numbers("images_per_second") ?? []
      for (quantity, value) in [
        ("seconds", seconds.reduce(0, +)),
        ("images_per_second", rates.reduce(0, +) / Double(max(rates.count, 1))),
      ] {
        try table.append([
          model, quantity, String(epoch), CSVTable.field(value), "", "", "",
        ])
      }
    }
    self.table = table
  }

  /// The table as a part of a page.
  var block: HTMLPage.Block { .table(header: table.header, rows: table.rows) }
}
