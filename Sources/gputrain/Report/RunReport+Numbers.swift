import Files
import Foundation
import GenerativeModels
import Reports

extension RunReport {
  /// The result of the last evaluation; none if there is none.
  var evaluation: [HTMLPage.Block] {
    guard let evaluation = Evaluation.read(folder.evaluation) else { return [] }
    func field(_ value: Double?) -> String { value.map { CSVTable.field($0, digits: 5) } ?? "" }
    let rows = Quantity.allCases.compactMap { quantity in
      evaluation.values[quantity].map {
        [quantity.name, field($0), field(evaluation.baseline[quantity]), quantity.aim]
      }
    }
    guard !rows.isEmpty else { return [] }
    return [
      .heading("Evaluation\(evaluation.afterEpoch)"),
      .paragraph(
        """
        The last result of gputrain evaluate: \(evaluation.subject); \(evaluation.measure). The \
        baseline is the result for the same number of validation images: real images that the \
        model has not seen.
        """
      ),
    ] + [verdict(of: evaluation)].compactMap(\.self).map(HTMLPage.Block.paragraph) + [
      .table(header: ["quantity", "model", "baseline", "meaning"], rows: rows)
    ]
  }

  /// Says in words how near the model's images are to real ones; nil if it was not measured.
  private func verdict(of evaluation: Evaluation) -> String? {
    guard let distance = evaluation.values[.frechetDistance],
      let baseline = evaluation.baseline[.frechetDistance], baseline > 0, distance.isFinite
    else { return nil }
    let ratio = CSVTable.field(distance / baseline, digits: 3)
    let relation = distance < 1.05 * baseline ? "as near to" : "\(ratio) times as far from"
    return """
      By Fréchet distance, the model's images are \(relation) the training images as the \
      baseline's.
      """
  }

  /// The columns of times, which are not losses.
  private static let times = ["seconds", "images_per_second"]

  var losses: [HTMLPage.Block] {
    guard let last = metrics.rows.last else { return [] }
    let rows = zip(metrics.header, last).filter { !(["epoch"] + Self.times).contains($0.0) }
    return [
      .heading("After epoch \(epoch)"),
      .table(header: ["quantity", "value"], rows: rows.map { [$0.0, $0.1] }),
    ]
  }

  var settings: [HTMLPage.Block] {
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

  /// The facts beside the newest samples.
  var facts: [(name: String, value: String)] {
    let losses = EpochTable.shown.compactMap { name, _ in
      metrics.numbers(name)?.last.map { (name, CSVTable.field($0, digits: 4)) }
    }
    let best = RunOverview.lowestLoss(of: metrics).map {
      [("lowest val_loss", "\(CSVTable.field($0.value, digits: 4)), after epoch \($0.epoch)")]
    }
    return [("epochs", "\(epoch) of \(record.settings.epochs)")] + losses + (best ?? []) + [
      ("images", "\(record.provenance.trainImages) of \(record.settings.dataset)"),
      ("seed", "\(record.settings.seed)"), ("device", record.settings.device), ("date", date),
      ("time", time),
    ]
  }

  /// When the last epoch ended.
  private var date: String {
    RunOverview.modified(folder.metrics).map { RunOverview.text($0) } ?? "unknown"
  }

  /// How long the epochs took.
  private var time: String {
    ProgressLine.duration((metrics.numbers(Self.times[0]) ?? []).reduce(0, +))
  }

  /// The device, and how long the run took.
  var speed: [HTMLPage.Block] {
    [
      .heading("Device and speed"),
      .properties([
        ("device", record.settings.device), ("platform", record.provenance.platform),
        ("driver", record.provenance.driver), ("gputrain", record.provenance.version),
        ("time", "\(time) for \(epoch) epochs"),
        (
          "speed", "\(rate) images a second in training, mean over epochs"
        ),
      ]),
    ]
  }

  private var rate: String {
    let rate = metrics.meanImagesPerSecond
    return rate < 1000 ? CSVTable.field(rate, digits: 4) : String(format: "%.0f", rate)
  }

  /// Links to the run's files.
  var files: [HTMLPage.Block] {
    let files = [
      ("the samples as an animation", RunFolder.animationName), ("the samples", "samples/"),
      ("the reconstructions", "reconstructions/"), ("the last checkpoint", folder.lastCheckpoint),
      ("all checkpoints", "checkpoints/"), ("the metrics of each epoch", folder.metrics),
      ("the curve of the loss", folder.lossChart), ("the settings", folder.record),
      ("the evaluation", folder.evaluation),
    ]
    let targets = files.map { text, path in
      (text, path.hasPrefix(folder.path) ? String(path.dropFirst(folder.path.count + 1)) : path)
    }
    let isVAE = metrics.header.contains("val_loss")
    let links = targets.filter { _, target in
      switch target {
      case "reconstructions/": isVAE
      case "evaluation.json": isRegularFile(folder.evaluation)
      default: true
      }
    }
    return [
      .heading("Files"),
      .links(links.map { (text: "\($0.1): \($0.0)", target: $0.1) }),
    ]
  }
}
