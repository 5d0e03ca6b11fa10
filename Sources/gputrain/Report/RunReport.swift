import Files
import Foundation
import GenerativeModels
import Reports

/// A run's report.html: curves, pictures, settings and speed on one page. Except for times, it does
/// not depend on when and how often the run was stopped.
struct RunReport {
  private let record: RunRecord
  private let metrics: CSVTable
  private let folder: RunFolder

  /// The most pictures of a kind on the page: with more it would be slow to write and to read.
  private static let mostPictures = 24

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
      blocks: [.paragraph(introduction)] + curves
        + gallery("Samples", in: folder.samples, width: 10, samples)
        + gallery("Reconstructions", in: folder.reconstructions, width: 20, reconstructions)
        + evaluation
        + losses + settings + speed)
  }

  private var epoch: Int { metrics.rows.count }

  private var introduction: String {
    let last = zip(metrics.header, metrics.rows.last ?? []).filter { $0.0.hasSuffix("_loss") }
    let losses = last.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
    return """
      Epoch \(epoch) of \(record.settings.epochs)\(losses.isEmpty ? "" : ": \(losses)"); \
      seed \(record.settings.seed), on \(record.settings.device).
      """
  }

  private var samples: String {
    "The same latents after each epoch shown, drawn with the weights as they were then."
  }

  private var reconstructions: String {
    """
    Validation images, each above its reconstruction: the decoder's image of the encoder's mean.
    """
  }

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
    chart.legendLetters = metrics.header.map(\.count).max() ?? 0
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

  private func gallery(
    _ heading: String, in path: (Int) -> String, width: Int, _ explanation: String
  ) -> [HTMLPage.Block] {
    let drawn = (1...max(epoch, 1)).filter { isRegularFile(path($0)) }
    let shown = Self.spread(drawn, over: Self.mostPictures)
    let pictures = shown.compactMap { epoch in
      // A damaged picture is left out, since it is not worth an error.
      (try? readFile(path: path(epoch), maximumBytes: 1 << 22)).map {
        HTMLPage.Picture(png: $0, caption: "epoch \(epoch)")
      }
    }
    guard !pictures.isEmpty else { return [] }
    let rest = shown.count < drawn.count ? " \(shown.count) of \(drawn.count) are shown here." : ""
    return [.heading(heading), .paragraph(explanation + rest), .gallery(pictures, width: width)]
  }

  /// Picks at most `count` of the numbers, evenly spread, with the first and the last.
  static func spread(_ numbers: [Int], over count: Int) -> [Int] {
    guard numbers.count > count else { return numbers }
    return (0..<count).map { numbers[$0 * (numbers.count - 1) / (count - 1)] }
  }

  // MARK: - Numbers

  private var evaluation: [HTMLPage.Block] {
    guard let evaluation = Evaluation.read(folder.evaluation) else { return [] }
    func field(_ value: Double?) -> String { value.map { CSVTable.field($0, digits: 5) } ?? "" }
    let rows = Quantity.allCases.compactMap { quantity in
      evaluation.values[quantity].map {
        [quantity.name, field($0), field(evaluation.baseline[quantity])]
      }
    }
    guard !rows.isEmpty else { return [] }
    return [
      .heading("Evaluation\(evaluation.afterEpoch)"),
      .paragraph(
        """
        The last result of gputrain evaluate: \(evaluation.subject); \(evaluation.measure). The \
        baseline is the result for the same number of validation images.
        """
      ),
      .table(header: ["quantity", "value", "baseline"], rows: rows),
    ]
  }

  /// The columns of times, which are not losses.
  private static let times = ["seconds", "images_per_second"]

  private var losses: [HTMLPage.Block] {
    guard let last = metrics.rows.last else { return [] }
    let rows = zip(metrics.header, last).filter { !(["epoch"] + Self.times).contains($0.0) }
    return [
      .heading("After epoch \(epoch)"),
      .table(header: ["quantity", "value"], rows: rows.map { [$0.0, $0.1] }),
    ]
  }

  private var settings: [HTMLPage.Block] {
    let (settings, provenance) = (record.settings, record.provenance)
    let images =
      "\(provenance.trainImages) to train on, \(provenance.validationImages) for validation"
    let values = RunSettings.fields.filter { $0.rule != .free && !$0.isFlag }.compactMap { field in
      field.value(settings).map { (field.key.replacing("_", with: " "), $0) }
    }
    let tuned = settings.tuning.map { [("tuned operations", "\($0.count)")] } ?? []
    return [
      .heading("Settings"),
      .properties(
        [("model", settings.model)] + values + tuned + [
          ("Adam", "β₂ \(provenance.beta2), ε \(provenance.epsilon)"),
          ("images", images), ("data's SHA-256", provenance.dataSha256),
        ]),
      .paragraph("The command that repeats the run:"),
      .code(command),
    ]
  }

  /// The command with an option on each line, so that a narrow window does not break one.
  private var command: String {
    record.provenance.command.map { ($0.hasPrefix("--") ? "\\\n  " : "") + $0.quotedForShell }
      .joined(separator: " ")
  }

  /// A number with four digits, or with all digits before the point if there are more.
  private static func plain(_ value: Double) -> String {
    value < 1000 ? CSVTable.field(value, digits: 4) : String(format: "%.0f", value)
  }

  private var speed: [HTMLPage.Block] {
    let seconds = metrics.numbers(Self.times[0]) ?? []
    return [
      .heading("Device and speed"),
      .properties([
        ("device", record.settings.device), ("platform", record.provenance.platform),
        ("driver", record.provenance.driver), ("gputrain", record.provenance.version),
        ("time", "\(Self.plain(seconds.reduce(0, +))) s for \(epoch) epochs"),
        (
          "speed",
          "\(Self.plain(metrics.meanImagesPerSecond)) images a second in training, mean over epochs"
        ),
      ]),
    ]
  }
}
