import Files
import Foundation
import Reports

/// What the files of a run say at a moment. Nothing is locked or written.
struct RunSnapshot {
  /// The run at a glance; nil if there is no record yet.
  let overview: RunOverview?
  /// The rows of metrics.csv that are whole.
  let metrics: CSVTable?
  /// The newest sheet that can be read.
  let sheet: SampleSheet?

  /// Reads the files of a folder.
  init(of folder: RunFolder) {
    let metrics = folder.readWholeMetrics()
    let hasRecord = (try? nameExists(folder.record)) == true
    self.metrics = metrics
    overview = hasRecord ? RunOverview(of: folder, metrics: metrics) : nil
    sheet = Self.newestSheet(in: folder)
  }

  private static func newestSheet(in folder: RunFolder) -> SampleSheet? {
    // Only a few, so that a folder of damaged pictures does not take long.
    for epoch in folder.epochsWithSamples.suffix(3).reversed() {
      if let sheet = SampleSheet(epoch: epoch, in: folder) { return sheet }
    }
    return nil
  }

  /// Whether nothing will change any more: the run is complete, stopped or diverged.
  var isFinal: Bool {
    switch overview?.state {
    case .complete, .stopped, .diverged: true
    case .running, .damaged, nil: false
    }
  }

  /// The seconds to the end of a running run: the remaining epochs take as long as the last few
  /// did. Nil before the first epoch.
  func secondsLeft(at now: Date = Date()) -> Double? {
    guard let overview, overview.state == .running, let epochs = overview.epochs,
      let updated = overview.updated
    else { return nil }
    let times = (metrics?.numbers("seconds") ?? []).suffix(5).filter { $0.isFinite && $0 >= 0 }
    guard !times.isEmpty, overview.epochsDone < epochs else { return nil }
    let mean = times.reduce(0, +) / Double(times.count)
    // The time that the current epoch has taken so far, at most that of the last epochs.
    let gone = min(mean, max(0, now.timeIntervalSince(updated)))
    return mean * Double(max(0, epochs - overview.epochsDone)) - gone
  }
}

/// The state of the files that a snapshot reads; it differs if one of them has changed.
struct RunStamp: Equatable {
  private struct File: Equatable {
    let number: Int?
    let size: Int?
    let modified: Date?
  }

  private let files: [File]
  private let isLocked: Bool

  /// Looks at the files of a folder without reading them.
  init(of folder: RunFolder) {
    let sheets = folder.epochsWithSamples.suffix(3).map { folder.samples(epoch: $0) }
    let paths = [folder.record, folder.metrics, folder.divergence, folder.evaluation] + sheets
    files = paths.map { path in
      let attributes = try? FileManager.default.attributesOfItem(atPath: path)
      return File(
        number: attributes?[.systemFileNumber] as? Int, size: attributes?[.size] as? Int,
        modified: attributes?[.modificationDate] as? Date)
    }
    isLocked = FolderLock.isHeld(folder.path)
  }
}
