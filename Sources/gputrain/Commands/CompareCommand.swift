import ArgumentParser
import Files
import Foundation
import Reports
import TerminalGraphics

/// `gputrain compare`: sets runs side by side.
struct CompareCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "compare", abstract: "Compares runs: settings, curves, samples, evaluations.",
    discussion: """
      Runs whose settings differ only in the seed or the device are a group, whose results are \
      shown as mean ± standard deviation. Results are those after the last epoch that all runs \
      have, or after --epoch. Only the runs' files are read, so that runs which are training are \
      compared too. --out also writes a page with curves over each other and samples side by side.

      Examples:
        gputrain compare runs/a runs/b
        gputrain compare experiments/ --out compared.html
      """)

  @Argument(
    help: "The runs: folders of runs, and folders that hold runs.", completion: .directory)
  var folders: [String]

  @Option(help: "The epoch after which to compare. (default: the last that all have)")
  var epoch: Int?

  @Option(help: "Also write a page: FILE.html.", completion: .file(extensions: ["html"]))
  var out: String?

  @Flag(help: "Draw curves in the text even if it does not go to a terminal.")
  var curves = false

  @Flag(help: "Print one JSON object with every number.")
  var json = false

  func validate() throws {
    try OptionCheck.number(epoch, .count, "--epoch")
    try OptionCheck.file(out, "--out", ending: ".html")
  }

  func run() throws {
    if let out { try AtomicFile.check(out) }
    let comparison = RunComparison(of: try RunOverview.folders(below: folders), after: epoch)
    for note in comparison.notes { StandardError.note(note) }
    guard comparison.runs.count > 1 else {
      let found = comparison.runs.first.map { "is one run, \($0.path)," } ?? "is no run"
      let place = folders.joined(separator: " and ")
      throw InputError(
        description: "below \(place) there \(found) that can be read; name at least two runs")
    }
    if let epoch, comparison.runs.count(where: { $0.epochs >= epoch }) < 2 {
      throw UsageError(
        description: "--epoch \(epoch): fewer than two of the runs have this epoch; choose another")
    }
    if json {
      try StandardOutput.print(try comparison.summary.jsonText())
    } else {
      for line in text(of: comparison) { try StandardOutput.print(line) }
    }
    if let out {
      try comparison.write(page: out, hasSpeed: true)
      if !json { try StandardOutput.print("\n\(out)") }
    }
  }

  /// The tables and, on a terminal, the curves and samples.
  private func text(of comparison: RunComparison) -> [String] {
    let width = Terminal.outputWidth
    let environment = ProcessInfo.processInfo.environment
    let terminal = Terminal(isTTY: width != nil, environment: environment)
    let style = TerminalStyle(for: terminal, environment: environment)
    let parts = [comparison.lines(width: width), comparison.speedLines(width: width)]
    var lines = Array(parts.filter { !$0.isEmpty }.joined(separator: [""]))
    if width != nil || curves { lines += comparison.curveLines(width: width ?? 80, style: style) }
    if let width { lines += comparison.sampleLines(width: width, style: style) }
    return lines
  }
}
