import Foundation

/// The abilities of the terminal on which progress is shown.
package struct Terminal: Sendable, Equatable {
  /// Whether a line can be rewritten in place.
  package var isInteractive: Bool
  /// Whether colours may be used.
  package var hasColor: Bool
  /// Whether the locale uses UTF-8.
  package var hasUnicode: Bool
  /// Whether it shows links (OSC 8). Others may show the link's address as text.
  package var hasLinks = false

  /// Makes a terminal with these abilities.
  package init(isInteractive: Bool, hasColor: Bool, hasUnicode: Bool) {
    self.isInteractive = isInteractive
    self.hasColor = hasColor
    self.hasUnicode = hasUnicode
  }

  /// Determines the abilities from the environment.
  ///
  /// `TERM=dumb` cannot rewrite a line; a non-empty `NO_COLOR` means no colours; the first
  /// non-empty of `LC_ALL`, `LC_CTYPE` and `LANG` names the character set. Links are shown by the
  /// terminals that say in the environment which they are, but not through tmux or screen.
  package init(isTTY: Bool, environment: [String: String]) {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].compactMap { environment[$0] }
      .first { !$0.isEmpty }
    let charset = (locale ?? "").lowercased()
    self.isInteractive = isTTY && environment["TERM"] != "dumb"
    self.hasColor = isInteractive && (environment["NO_COLOR"] ?? "").isEmpty
    self.hasUnicode = charset.contains("utf-8") || charset.contains("utf8")
    let term = environment["TERM"] ?? ""
    let isNested = term.hasPrefix("screen") || term.hasPrefix("tmux")
    let signs = ["VTE_VERSION", "KITTY_WINDOW_ID", "WT_SESSION", "KONSOLE_VERSION"]
    let programs = ["iTerm.app", "WezTerm", "vscode", "ghostty"]
    let isKnown =
      signs.contains { environment[$0]?.isEmpty == false }
      || programs.contains(environment["TERM_PROGRAM"] ?? "")
    self.hasLinks = isInteractive && !isNested && isKnown
  }

  /// The current state of standard error.
  package static var standardError: Terminal {
    Terminal(
      isTTY: isatty(STDERR_FILENO) == 1, environment: ProcessInfo.processInfo.environment)
  }

  /// The width of standard error's terminal in columns; 80 if it is unknown.
  package static var width: Int { width(of: STDERR_FILENO) ?? 80 }

  /// The width of standard output's terminal in columns; nil if it is none.
  package static var outputWidth: Int? { width(of: STDOUT_FILENO) }

  private static func width(of file: CInt) -> Int? {
    var size = winsize()
    guard ioctl(file, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return nil }
    return Int(size.ws_col)
  }
}

/// Shows progress on standard error: on a terminal, a line that is redrawn at most ten times a
/// second; otherwise, a line a minute. Printed lines stay visible, and begin with the time of day
/// unless they are on a terminal.
package final class ProgressBar {
  private let terminal: Terminal
  private let width: () -> Int
  private let write: (String) -> Void
  private let timeOfDay: () -> String
  private var lastDrawn: ContinuousClock.Instant?
  private var hasOpenLine = false

  /// Makes a bar, by default on standard error.
  ///
  /// - Parameters:
  ///   - width: Returns the terminal's columns; called before each line is drawn.
  ///   - timeOfDay: Returns the local time, such as `17:04:09`.
  ///   - write: Writes text, including control characters.
  package init(
    terminal: Terminal = .standardError, width: @escaping () -> Int = { Terminal.width },
    timeOfDay: @escaping () -> String = ProgressBar.timeOfDay, write: @escaping (String) -> Void
  ) {
    self.terminal = terminal
    self.width = width
    self.timeOfDay = timeOfDay
    self.write = write
    if !terminal.isInteractive { lastDrawn = .now }
  }

  /// The columns that a printed line may take; nil if it is not on a terminal. The last column
  /// stays empty: some terminals wrap as soon as it is written.
  package var columns: Int? { terminal.isInteractive ? width() - 1 : nil }

  /// Returns whether `update` would draw at this time, so that callers may skip making a line.
  package func isDue(at now: ContinuousClock.Instant = .now) -> Bool {
    guard let lastDrawn else { return true }
    return now - lastDrawn >= (terminal.isInteractive ? .milliseconds(100) : .seconds(60))
  }

  /// Draws the line, if it is due.
  package func update(_ line: ProgressLine, at now: ContinuousClock.Instant = .now) {
    guard isDue(at: now) else { return }
    lastDrawn = now
    guard let columns else { return write("\(timeOfDay())  \(line.summary)\n") }
    hasOpenLine = true
    let style = ProgressLine.Style(
      width: columns, hasColor: terminal.hasColor, hasUnicode: terminal.hasUnicode)
    write("\r" + line.render(style) + Self.eraseToEnd)
  }

  /// Prints lines in place of the bar.
  package func print(_ lines: [String]) {
    clear()
    let prefix = terminal.isInteractive ? "" : timeOfDay() + "  "
    write(lines.map { prefix + $0 + "\n" }.joined())
    if !terminal.isInteractive { lastDrawn = .now }
  }

  /// Removes the bar, so that other text can be written.
  package func clear() {
    guard hasOpenLine else { return }
    write("\r" + Self.eraseToEnd)
    hasOpenLine = false
    lastDrawn = nil
  }

  /// The local time, such as `17:04:09`.
  package static func timeOfDay() -> String { localTime("%H:%M:%S") }

  private static let eraseToEnd = "\u{1B}[K"
}
