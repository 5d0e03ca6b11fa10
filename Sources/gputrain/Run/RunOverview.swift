import Files
import Foundation
import GenerativeModels
import Reports

/// What the files of a run's folder say about the run, at a glance. A field whose file is missing,
/// damaged or being written is nil.
struct RunOverview: Encodable, Equatable {
  /// Where a run is.
  enum State: String, CaseIterable, Encodable {
    /// A program is training it.
    case running
    /// It ended before its last epoch.
    case stopped
    /// It has all its epochs.
    case complete
    /// A number of it became infinite or NaN.
    case diverged
    /// Its record cannot be read.
    case damaged
  }

  /// A value after an epoch.
  struct Mark: Encodable, Equatable {
    let epoch: Int
    let value: Double
  }

  /// The run's folder.
  let path: String
  let state: State
  /// Why the record cannot be read.
  private(set) var problem: String?
  private(set) var model: String?
  private(set) var dataset: String?
  private(set) var seed: UInt64?
  private(set) var device: String?
  /// The epochs that were asked for.
  private(set) var epochs: Int?
  /// The epochs that are done.
  let epochsDone: Int
  /// The columns of metrics.csv in the last row: losses and accuracies.
  private(set) var last: [String: Double] = [:]
  /// A VAE's lowest validation loss.
  private(set) var best: Mark?
  /// The last evaluation's Fréchet distance; its epoch is 0 if the evaluation does not say.
  private(set) var frechetDistance: Mark?
  /// The time that its epochs took.
  private(set) var seconds: Double?
  private(set) var imagesPerSecond: Double?
  /// When an epoch was last finished, or the record was written.
  private(set) var updated: Date?

  /// Reads the run in a folder.
  init(of folder: RunFolder) { self.init(of: folder, metrics: folder.readWholeMetrics()) }

  /// Reads the run in a folder, of which the rows of metrics.csv were read before.
  init(of folder: RunFolder, metrics: CSVTable?) {
    path = folder.path
    epochsDone = metrics?.rows.count ?? 0
    updated = Self.modified(folder.metrics) ?? Self.modified(folder.record)
    do {
      guard let record = try folder.readRecord() else {
        throw InputError(description: "\(folder.record) is not a file")
      }
      let settings = record.settings
      (model, dataset, seed) = (settings.model, settings.dataset, settings.seed)
      (device, epochs) = (settings.device, settings.epochs)
      state = Self.state(of: folder, isComplete: epochsDone >= settings.epochs)
    } catch {
      (state, problem) = (.damaged, "\(error)")
    }
    if let metrics, epochsDone > 0 { read(metrics) }
    if let evaluation = Evaluation.read(folder.evaluation) {
      frechetDistance = evaluation.values[.frechetDistance].map {
        Mark(epoch: evaluation.epoch ?? 0, value: $0)
      }
    }
  }

  private static func state(of folder: RunFolder, isComplete: Bool) -> State {
    if FolderLock.isHeld(folder.path) { return .running }
    if isComplete { return .complete }
    return isRegularFile(folder.divergence) ? .diverged : .stopped
  }

  /// A date in the local time zone: `2026-12-01 09:30`.
  static func text(_ date: Date) -> String { localTime("%Y-%m-%d %H:%M", of: date) }

  /// When a file was last written; nil if there is none.
  static func modified(_ path: String) -> Date? {
    (try? FileManager.default.attributesOfItem(atPath: path))?[.modificationDate] as? Date
  }

  /// The lowest validation loss of a metrics.csv; nil if it has none.
  static func lowestLoss(of metrics: CSVTable) -> Mark? {
    let losses = (metrics.numbers("val_loss") ?? []).enumerated().filter { $0.element.isFinite }
    return losses.min { $0.element < $1.element }.map {
      Mark(epoch: $0.offset + 1, value: $0.element)
    }
  }

  private mutating func read(_ metrics: CSVTable) {
    let times = ["epoch", "seconds", "images_per_second"]
    for name in metrics.header where !times.contains(name) {
      if let value = metrics.numbers(name)?.last, value.isFinite { last[name] = value }
    }
    best = Self.lowestLoss(of: metrics)
    let seconds = (metrics.numbers("seconds") ?? []).filter(\.isFinite)
    self.seconds = seconds.isEmpty ? nil : seconds.reduce(0, +)
    let rate = metrics.meanImagesPerSecond
    imagesPerSecond = rate.isFinite && rate > 0 ? rate : nil
  }

  /// A number with four digits, or with all digits before the point if there are more.
  static func text(_ value: Double) -> String {
    String(format: (999.95..<1e9).contains(abs(value)) ? "%.0f" : "%#.4g", value)
  }

  /// After the last epoch, a VAE's validation loss, or the accuracies of a GAN's discriminator.
  var result: String? {
    if let loss = last["val_loss"] { return Self.text(loss) }
    guard let real = last["real_accuracy"], let fake = last["fake_accuracy"] else { return nil }
    return String(format: "%.2f/%.2f", real, fake)
  }
}

extension RunOverview {
  /// Reads the runs in and below folders, in the order of `folders(below:)`.
  ///
  /// - Throws: `InputError` if one of the folders is none.
  static func runs(below folders: [String]) throws -> [RunOverview] {
    try Self.folders(below: folders).map { RunOverview(of: RunFolder(path: $0)) }
  }

  /// Finds the folders of runs in and below folders, in the order of their paths. Hidden folders
  /// are left out, and links to folders are not followed.
  ///
  /// - Throws: `InputError` if one of the folders is none.
  static func folders(below folders: [String]) throws -> [String] {
    var found: [String] = []
    for folder in folders {
      guard isFolder(folder) else {
        throw InputError(description: "\(folder) is not a folder; name one that holds runs")
      }
      collect(folder, into: &found)
    }
    return found
  }

  private static func collect(_ folder: String, into found: inout [String]) {
    if (try? nameExists("\(folder)/run.json")) == true {
      found.append(folder)
      return
    }
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    for name in names.sorted() where !name.hasPrefix(".") {
      let path = folder == "." ? name : folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
      let type = (try? FileManager.default.attributesOfItem(atPath: path))?[.type]
      if type as? FileAttributeType == .typeDirectory { collect(path, into: &found) }
    }
  }
}
