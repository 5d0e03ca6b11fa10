import ArgumentParser
import Files
import Foundation
import Reports
import TerminalGraphics

/// `gputrain watch RUN`: shows a run in the terminal while it trains.
struct WatchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "watch", abstract: "Shows a run's curves and samples while it trains.",
    discussion: """
      Draws the losses of each epoch and the newest samples, and draws them again when a file of \
      the run changes. Only the run's files are read, so that nothing disturbs the training. Keys: \
      q, Esc or Ctrl-C ends. If the run ends, the last picture stays, and so does that of a run \
      which has ended before. A run on another machine looks stopped.

      Pictures are drawn by kitty's protocol or as sixels if the terminal says that it knows them, \
      and otherwise in half blocks. If the output is a file, the curves are written to it, once.

      Examples:
        gputrain watch runs/digits
        gputrain watch runs/digits --once --graphics none
      """)

  @Argument(
    help: ArgumentHelp("The folder of a run.", valueName: "run"), completion: .directory)
  var path: String

  @Option(help: "How samples are drawn.")
  var graphics = GraphicsChoice.auto

  @Option(help: "Seconds between two looks at the files.")
  var every = 1.0

  @Flag(help: "Show the run once, as it is now.")
  var once = false

  func validate() throws {
    guard (0.1...3600).contains(every) else {
      throw ValidationError("--every must be between 0.1 and 3600")
    }
  }

  func run() throws {
    let path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    guard isFolder(path) else {
      throw InputError(description: "\(path) is not a folder; name the folder of a run")
    }
    let folder = RunFolder(path: path)
    let isTerminal = Terminal(
      isTTY: isatty(STDOUT_FILENO) == 1, environment: ProcessInfo.processInfo.environment
    ).isInteractive
    guard !isTerminal || once else {
      return try LiveWatch(folder: folder, graphics: graphics, interval: every).run()
    }
    let snapshot = RunSnapshot(of: folder)
    guard snapshot.overview != nil else {
      throw InputError(description: "\(path) has no run.json; name the folder of a run")
    }
    let layout = try isTerminal ? onTerminal() : forFile()
    try StandardOutput.write(layout.frame(of: snapshot, folder, isLive: false).text)
  }

  private func onTerminal() -> WatchLayout {
    let screen = TerminalScreen()
    defer { screen.close() }
    var layout = graphics.layout(on: screen)
    layout.rows = max(1, layout.rows - 1)
    return layout
  }

  /// The layout of a file: text of 80 × 24 characters, and samples only if they are asked for.
  private func forFile() throws -> WatchLayout {
    guard graphics != .kitty, graphics != .sixel else {
      throw UsageError(
        description: "--graphics \(graphics.rawValue) needs a terminal as standard output")
    }
    let terminal = Terminal(isTTY: false, environment: ProcessInfo.processInfo.environment)
    return WatchLayout(
      columns: 80, rows: 24, style: TerminalStyle(for: terminal, environment: [:]),
      graphics: graphics == .blocks ? .blocks : .none)
  }
}
