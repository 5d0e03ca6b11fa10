import ArgumentParser
import Files
import Foundation
import Reports

/// `gputrain runs`: lists runs.
struct RunsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "runs", abstract: "Lists the runs below folders.",
    discussion: """
      Shows for each run the epochs done and asked for; after the last epoch, a VAE's validation \
      loss, or the accuracies of a GAN's discriminator on real and on fake images; the lowest \
      validation loss and its epoch; and the Fréchet distance of the last evaluation. A narrow \
      terminal shows fewer columns. Only the runs' files are read, so that runs which are training \
      are shown too.

      Examples:
        gputrain runs
        gputrain runs experiments/ --state complete --sort loss
      """)

  /// What runs are sorted by.
  enum Order: String, CaseIterable, ExpressibleByArgument {
    case path, date, epochs, loss, frechet, time
  }

  @Argument(help: "Folders that hold runs. (default: runs)", completion: .directory)
  var folders: [String] = []

  @Option(
    help: """
      What to sort by. Dates begin with the newest, losses and Fréchet distances with the lowest, \
      epochs and times with the most.
      """)
  var sort: Order = .path

  @Option(help: "Only runs of this model.")
  var model: String?

  @Option(help: "Only runs on this data set.")
  var dataset: String?

  @Option(help: "Only runs in this state.")
  var state: RunOverview.State?

  @Flag(help: "Print one JSON list with every field.")
  var json = false

  func run() throws {
    let folders = folders.isEmpty ? ["runs"] : folders
    if self.folders.isEmpty, !isFolder("runs") {
      throw InputError(description: "there is no folder runs/ here; name one that holds runs")
    }
    let all = try RunOverview.runs(below: folders)
    let runs = sorted(all.filter(isWanted))
    if json { return try StandardOutput.print(try runs.jsonText()) }
    guard !runs.isEmpty else {
      let place = folders.joined(separator: " and ")
      let reason = all.isEmpty ? "is no run" : "are \(all.count) runs, but none of those asked for"
      return StandardError.note("below \(place) there \(reason)")
    }
    for line in Self.table(of: runs).lines(width: Terminal.outputWidth) {
      try StandardOutput.print(line)
    }
    for run in runs { run.problem.map { StandardError.note("\(run.path): \($0)") } }
  }

  private func isWanted(_ run: RunOverview) -> Bool {
    (model == nil || run.model == model) && (dataset == nil || run.dataset == dataset)
      && (state == nil || run.state == state)
  }

  /// Sorts runs; those without the value come last, and equal ones stay as they are.
  private func sorted(_ runs: [RunOverview]) -> [RunOverview] {
    let key: (RunOverview) -> Double? =
      switch sort {
      case .path: { _ in nil }
      case .date: { $0.updated.map { -$0.timeIntervalSince1970 } }
      case .epochs: { -Double($0.epochsDone) }
      case .loss: { $0.last["val_loss"] }
      case .frechet: { $0.frechetDistance?.value }
      case .time: { $0.seconds.map { -$0 } }
      }
    return runs.enumerated()
      .map { (key: key($1) ?? .infinity, place: $0, run: $1) }
      .sorted { ($0.key, $0.place) < ($1.key, $1.place) }
      .map(\.run)
  }

  static func table(of runs: [RunOverview]) -> TextTable {
    func column(
      _ heading: String, rank: Int, isNumeric: Bool = false, _ cell: (RunOverview) -> String?
    ) -> TextTable.Column {
      TextTable.Column(
        heading: heading, cells: runs.map { cell($0) ?? "" }, isNumeric: isNumeric, rank: rank)
    }
    func marked(_ mark: RunOverview.Mark?) -> String? {
      mark.map { "\(RunOverview.text($0.value)) @\($0.epoch)" }
    }
    return TextTable([
      column("run", rank: 0) { $0.path },
      column("model", rank: 6) { $0.model },
      column("data", rank: 5) { $0.dataset },
      column("epochs", rank: 1, isNumeric: true) { run in
        run.epochs.map { "\(run.epochsDone)/\($0)" }
      },
      column("result", rank: 2, isNumeric: true) { $0.result },
      column("best", rank: 3, isNumeric: true) { marked($0.best) },
      column("Fréchet", rank: 4, isNumeric: true) { marked($0.frechetDistance) },
      column("time", rank: 7, isNumeric: true) { $0.seconds.map { ProgressLine.duration($0) } },
      column("updated", rank: 8) { $0.updated.map(RunOverview.text) },
      column("device", rank: 9) { $0.device },
      column("state", rank: 0) { $0.state.rawValue },
    ])
  }
}

extension RunOverview.State: ExpressibleByArgument {}
