import Files
import GenerativeModels
import Reports

/// What a comparison reads from the folder of a run.
struct ComparedRun {
  /// The folder.
  let path: String
  /// The path without the folders that all compared runs are in.
  var name: String
  let state: RunOverview.State
  let record: RunRecord
  /// The values after epochs 1, 2, … by the names of `metricNames`.
  let curves: [String: [Double]]
  /// The epochs that are done.
  let epochs: Int
  /// The speed in training, a mean over the epochs.
  let imagesPerSecond: Double?
  /// The time of an epoch, a mean over the epochs.
  let secondsPerEpoch: Double?
  /// The last evaluation; nil if there is none that can be read.
  let evaluation: Evaluation?
  /// Whether epochs may be missing because metrics.csv is damaged.
  let isCut: Bool
  /// What cannot be read, and why; nil if everything can.
  let problem: String?

  /// The columns of metrics.csv that are compared: those of VAEs, then those of GANs.
  static let metricNames = VAE.linear.metricNames + GAN.linear.metricNames

  /// The most bytes of a setting: comparing texts of many combining marks could take hours.
  private static let longestSetting = 4096

  /// Reads a run.
  ///
  /// - Throws: `FileError`; `InputError` if its record cannot be read.
  init(of folder: RunFolder) throws {
    let overview = RunOverview(of: folder)
    guard let record = try folder.readRecord() else {
      throw InputError(description: "\(folder.record) is not a file")
    }
    let texts = [record.settings.model] + RunSettings.fields.map { $0.text(record.settings) }
    guard texts.allSatisfy({ $0.utf8.count <= Self.longestSetting }) else {
      throw InputError(description: "\(folder.record) has a setting that is too long")
    }
    (path, name, state, self.record) = (folder.path, folder.path, overview.state, record)
    evaluation = Evaluation.read(folder.evaluation)
    var problems: [String] = []
    if evaluation == nil, isRegularFile(folder.evaluation) {
      problems.append("\(folder.evaluation) is damaged or from another version")
    }
    let readable = problems.count
    let metrics = Self.metrics(in: folder, &problems)
    isCut = problems.count > readable
    epochs = metrics?.rows.count ?? 0
    curves = Self.metricNames.reduce(into: [:]) { curves, name in
      curves[name] = metrics?.numbers(name)
    }
    imagesPerSecond = overview.imagesPerSecond
    secondsPerEpoch = Spread(metrics?.numbers("seconds") ?? [])?.mean
    problem = problems.isEmpty ? nil : problems.joined(separator: "; ")
  }

  /// Reads metrics.csv up to a damaged row; nil if nothing of it can be compared.
  private static func metrics(in folder: RunFolder, _ problems: inout [String]) -> CSVTable? {
    // A run that has just begun has no file yet.
    guard isRegularFile(folder.metrics) else { return nil }
    do { _ = try folder.readMetrics() } catch { problems.append("\(error)") }
    guard let table = folder.readWholeMetrics() else { return nil }
    let epochs = table.numbers("epoch") ?? []
    if epochs.elementsEqual((1..<table.rows.count + 1).map(Double.init)) { return table }
    problems.append("\(folder.metrics) is damaged: its rows are not those of epochs 1, 2, …")
    return nil
  }

  /// The names of its metrics, in the order of `metricNames`.
  var metrics: [String] { Self.metricNames.filter { curves[$0] != nil } }

  /// Returns a metric after an epoch, from 1; nil if the run has none.
  func value(_ metric: String, after epoch: Int) -> Double? {
    guard let curve = curves[metric], curve.indices.contains(epoch - 1) else { return nil }
    return curve[epoch - 1]
  }

  /// The epoch in which it diverged; nil if it did not.
  var epochDiverged: Int? { state == .diverged ? epochs + 1 : nil }

  /// Returns the lowest validation loss up to an epoch.
  func best(upTo epoch: Int) -> RunOverview.Mark? {
    let losses = (curves["val_loss"] ?? []).prefix(epoch).enumerated()
      .filter { $0.element.isFinite }
    return losses.min { $0.element < $1.element }.map {
      RunOverview.Mark(epoch: $0.offset + 1, value: $0.element)
    }
  }

  /// Returns the first epoch, up to a last one, in which the discriminator won, as `train` warns;
  /// nil if it did not, or there is none.
  func epochLost(upTo last: Int) -> Int? {
    guard let real = curves["real_accuracy"], let fake = curves["fake_accuracy"] else { return nil }
    return zip(real, fake).prefix(last).enumerated().first { _, accuracies in
      TrainingWarning.seen(inAccuracies: [accuracies.0, accuracies.1]) == .discriminatorWon
    }.map { $0.offset + 1 }
  }
}
