import GenerativeModels
import Reports

/// The last losses of each model beside the author's, with time and speed.
struct PaperSummary {
  /// One row a quantity of a model.
  let table: CSVTable
  /// What the rows are, and what the author's values beside them.
  let explanation: String
  private let hasAuthorsValues: Bool

  private static let meaning = """
    Losses are of the last epoch, means over its batches; seconds are the sum over the epochs, images_per_second the mean \
    over those that trained.
    """
  private static let authorsValues = """
    The author's value is of the last epoch that the notebooks logged up to this run's last. A VAE's is a mean over the \
    epoch's images, as here. A GAN's is of the epoch's first batch, with which the rest of the epoch is still to come, and \
    scatters: it shows the size of a loss, and no more. The author's d_loss_real is d_loss − d_loss_fake.
    """
  private static let noAuthorsValues = """
    The author's values are of MNIST, and stand only beside runs on the whole of it.
    """

  /// The summary of models by name and what they logged, a row for each epoch.
  ///
  /// - Parameter isWholeMNIST: whether they saw what the author's did, whose values are left out otherwise.
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
    hasAuthorsValues = isWholeMNIST
    explanation = Self.meaning + " " + (isWholeMNIST ? Self.authorsValues : Self.noAuthorsValues)
  }

  /// The table as a part of a page, without the author's columns where these are empty.
  var block: HTMLPage.Block {
    let shown = hasAuthorsValues ? table.header.count : 4
    return .table(
      header: Array(table.header.prefix(shown)), rows: table.rows.map { Array($0.prefix(shown)) })
  }
}
