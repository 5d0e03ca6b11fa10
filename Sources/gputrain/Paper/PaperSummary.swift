import GenerativeModels
import Reports

/// The last losses of each model next to the author's, with time and speed.
struct PaperSummary {
  /// A row for each quantity of each model.
  let table: CSVTable
  /// Explains the rows and the author's values.
  let explanation: String

  private static let meaning = """
    Losses are means over the batches of the last epoch; seconds are the sum over the epochs, \
    images_per_second the mean over those that trained.
    """
  private static let authorsValues = """
    The author's value is of the last epoch in the notebooks up to this run's last. A VAE's is a \
    mean over the epoch's images, as here. A GAN's is of the epoch's first batch alone: it is \
    noisy, and shows only the size of a loss. The author's d_loss_real is d_loss − d_loss_fake.
    """
  private static let noAuthorsValues = """
    The author's values are of MNIST, and are shown only for runs on all of it.
    """

  /// Summarizes models.
  ///
  /// - Parameters:
  ///   - runs: The models' names and their metrics, a row for each epoch.
  ///   - isWholeMNIST: Whether they saw the author's images; otherwise the author's values are left
  ///     out.
  /// - Throws: `CSVError`.
  init(_ runs: [(model: String, metrics: CSVTable)], isWholeMNIST: Bool) throws {
    var table = CSVTable(
      header: ["model", "quantity", "epoch", "value", "author_epoch", "author_value", "author_is"])
    for (model, metrics) in runs {
      let epoch = metrics.rows.count
      for column in metrics.header where column.contains("loss") {
        guard let value = metrics.numbers(column)?.last else { continue }
        let author = isWholeMNIST ? AuthorLosses.value(model, column, upTo: epoch) : nil
        try table.append([
          model, column, String(epoch), CSVTable.field(value),
          author.map { String($0.epoch) } ?? "", author.map { CSVTable.field($0.loss) } ?? "",
          author == nil ? "" : AuthorLosses.meaning(of: model),
        ])
      }
      let seconds = metrics.numbers("seconds") ?? []
      for (quantity, value) in [
        ("seconds", seconds.reduce(0, +)),
        ("images_per_second", metrics.meanImagesPerSecond),
      ] {
        try table.append([
          model, quantity, String(epoch), CSVTable.field(value), "", "", "",
        ])
      }
    }
    self.table = table
    explanation = Self.meaning + " " + (isWholeMNIST ? Self.authorsValues : Self.noAuthorsValues)
  }

  /// The table as a part of a page: one for each model, with the author's values if there are any.
  var block: HTMLPage.Block {
    let models = table.rows.map { $0[0] }.reduce(into: [String]()) {
      if $0.last != $1 { $0.append($1) }
    }
    return .tables(
      models.map { model in
        let rows = table.rows.filter { $0[0] == model }
        let author = rows.map { $0[4] }.first { !$0.isEmpty }.map { ["author, epoch \($0)"] } ?? []
        return (
          title: model, header: ["quantity", "epoch \(rows[0][2])"] + author,
          rows: rows.map { [$0[1], $0[3]] + (author.isEmpty ? [] : [$0[5]]) }
        )
      })
  }
}
