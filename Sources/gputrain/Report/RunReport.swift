import Files
import Foundation
import GenerativeModels
import Reports

/// A run's report.html: curves, pictures, settings and speed on one page. Except for times, it does
/// not depend on when and how often the run was stopped.
struct RunReport {
  let record: RunRecord
  let metrics: CSVTable
  let folder: RunFolder

  /// The most sheets of a kind on the page, and their most bytes together: the page is written
  /// after each epoch that draws.
  private typealias Limit = (count: Int, bytes: Int)
  private static let mostSamples: Limit = (24, 1 << 19)
  private static let mostReconstructions: Limit = (8, 1 << 18)

  /// Makes the report of a run from its record and its metrics so far.
  init(_ record: RunRecord, metrics: CSVTable, in folder: RunFolder) {
    (self.record, self.metrics, self.folder) = (record, metrics, folder)
  }

  /// Makes the report of the run in a folder from the folder's files.
  ///
  /// - Throws: `FileError`, `InputError`.
  init(of folder: RunFolder) throws {
    guard let record = try folder.readRecord() else {
      throw InputError(description: "\(folder.path) holds no run")
    }
    self.init(record, metrics: try folder.readMetrics(), in: folder)
  }

  /// Writes the page.
  ///
  /// - Throws: `FileError`.
  func write() throws { try AtomicFile.write(page.html, to: folder.report) }

  private var page: HTMLPage {
    HTMLPage(
      title: "\(record.settings.model) on \(record.settings.dataset)",
      blocks: sampleBlocks + curves + reconstructionBlocks
        + evaluation + losses + settings + speed + files)
  }

  var epoch: Int { metrics.rows.count }

  // MARK: - Curves

  /// A chart of columns that belong together; nil if the table has none of them.
  private func chart(
    _ title: String, _ unit: String, _ columns: [String], _ caption: String
  ) -> HTMLPage.Block? {
    let epochs = metrics.numbers("epoch") ?? []
    let series = columns.compactMap { name in
      metrics.numbers(name).map { LineChart.Series(name: name, x: epochs, y: $0) }
    }
    guard !series.isEmpty else { return nil }
    var chart = LineChart(title: title, xLabel: "epoch", yLabel: unit, series: series)
    chart.legendPlace = .below
    if columns.contains("val_loss"), let best = RunOverview.lowestLoss(of: metrics) {
      chart.marks = [
        LineChart.Mark(
          point: LineChart.Point(x: Double(best.epoch), y: best.value),
          label: "best: epoch \(best.epoch), \(CSVTable.field(best.value, digits: 4))")
      ]
    }
    return .chart(chart, caption: caption)
  }

  private var curves: [HTMLPage.Block] {
    let charts = [
      chart(
        "Loss", "nats per image", ["train_loss", "val_loss"],
        """
        Reconstruction plus divergence. The training loss is a mean over the epoch, while the \
        model still learns, with dropout if the model has it.
        """),
      chart(
        "Reconstruction", "nats per image", ["train_reconstruction", "val_reconstruction"],
        record.settings.likelihood == Likelihood.gaussian.rawValue
          ? "Half the squared error, summed over the pixels."
          : "Binary cross entropy, summed over the pixels."),
      chart(
        "Divergence from the prior", "nats per image", ["train_kl", "val_kl"],
        "Kullback-Leibler divergence, summed over the latents."),
      chart(
        "Losses", "mean of the epoch", ["d_loss", "g_loss"],
        """
        d_loss is d_loss_real plus d_loss_fake. If the discriminator only guesses, d_loss is 1.39 \
        and g_loss, the generator's loss, is 0.69.
        """),
      chart(
        "The discriminator's losses", "mean of the epoch", ["d_loss_real", "d_loss_fake"],
        "On training images and on the generator's images."),
      chart(
        "The discriminator's accuracies", "fraction of the epoch's images",
        ["real_accuracy", "fake_accuracy"],
        "The fraction of each that it judges correctly: one half if it only guesses."),
    ]
    return [.heading("Curves")] + charts.compactMap(\.self)
  }

  // MARK: - Pictures

  /// The newest sheet with the facts of the run beside it, and the earlier sheets.
  private var sampleBlocks: [HTMLPage.Block] {
    let (pictures, note) = pictures(folder.samples, Self.mostSamples)
    let reel = HTMLPage.Block.reel(HTMLPage.Reel(pictures, facts: facts))
    return pictures.isEmpty
      ? [reel] : [reel, .paragraph("Each sheet shows the same latents. \(note)")]
  }

  private var reconstructionBlocks: [HTMLPage.Block] {
    let (pictures, note) = pictures(folder.reconstructions, Self.mostReconstructions)
    guard !pictures.isEmpty else { return [] }
    return [
      .heading("Reconstructions"),
      .paragraph(
        """
        Validation images, each above its reconstruction: the decoder's image of the encoder's \
        mean. \(note)
        """),
      .reel(HTMLPage.Reel(pictures)),
    ]
  }

  /// Reads the pictures of a kind.
  ///
  /// - Returns: The pictures, and a sentence about those that are left out.
  private func pictures(
    _ path: (Int) -> String, _ limit: Limit
  ) -> (pictures: [HTMLPage.Picture], note: String) {
    let (sheets, drawn) = folder.sheets(
      path, through: epoch, count: limit.count, bytes: limit.bytes)
    let pictures = sheets.map { sheet in
      HTMLPage.Picture(
        png: sheet.png, caption: "epoch \(sheet.epoch)",
        link: String(path(sheet.epoch).dropFirst(folder.path.count + 1)))
    }
    let isWhole = sheets.count == drawn
    return (pictures, isWhole ? "" : "The page has \(sheets.count) of \(drawn) sheets.")
  }
}
