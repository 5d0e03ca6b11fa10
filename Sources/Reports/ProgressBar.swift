import Foundation

/// The abilities of the terminal on which progress is shown.
package struct Terminal: Sendable, Equatable {
  /// Whether a line can be rewritten in place.
  package var isInteractive: Bool
  /// Whether colours may be used.
  package var hasColor: Bool
  /// Whether the locale uses UTF-8.
  package var hasUnicode: Bool

  /// Makes a terminal with these abilities.
  package init(isInteractive: Bool, hasColor: Bool, hasUnicode: Bool) {
    self.isInteractive = isInteractive
    self.hasColor = hasColor
    self.hasUnicode = hasUnicode
  }

  /// Determines the abilities from the environment.
  ///
  /// `TERM=dumb` cannot rewrite a line; a non-empty `NO_COLOR` means no colours; the first
  /// non-empty of `LC_ALL`, `LC_CTYPE` and `LANG` names the character set.
  package init(isTTY: Bool, environment: [String: String]) {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].compactMap { environment[$0] }
      .first { !$0.isEmpty }
    let charset = (locale ?? "").lowercased()
    self.isInteractive = isTTY && environment["TERM"] != "dumb"
    self.hasColor = isInteractive && (environment["NO_COLOR"] ?? "").isEmpty
    self.hasUnicode = charset.contains("utf-8") || charset.contains("utf8")
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
/// second; otherwise, a line per epoch. The summary of every finished epoch stays visible.
package final class ProgressBar {
  private let terminal: Terminal
  private let width: () -> Int
  private let write: (String) -> Void
  private let interval = Duration.milliseconds(100)
  private var lastDrawn: ContinuousClock.Instant?
  private var hasOpenLine = false

  /// Makes a bar, by default on standard error.
  ///
  /// - Parameters:
  ///   - width: Returns the terminal's columns; called before each line is drawn.
  ///   - write: Writes text, including control characters.
  package init(
    terminal: Terminal = .standardError, width: @escaping () -> Int = { Terminal.width },
    write: @escaping (String) -> Void
  ) {
    self.terminal = terminal
    self.width = width
    self.write = write
  }

  /// Returns whether `update` would draw at this time, so that callers may skip making a line.
  package func isDue(at now: ContinuousClock.Instant = .now) -> Bool {
    guard terminal.isInteractive else { return false }
    guard let lastDrawn else { return true }
    return now - lastDrawn >= interval
  }

  /// Redraws the line, if it is due.
  package func update(_ line: ProgressLine, at now: ContinuousClock.Instant = .now) {
    guard isDue(at: now) else { return }
    lastDrawn = now
    hasOpenLine = true
    // The last column stays empty: some terminals wrap as soon as it is written.
    let style = ProgressLine.Style(
      width: width() - 1, hasColor: terminal.hasColor, hasUnicode: terminal.hasUnicode)
    write("\r" + line.render(style) + Self.eraseToEnd)
  }

  /// Replaces the bar by the summary of a finished epoch, on its own line.
  package func finishEpoch(_ line: ProgressLine) {
    clear()
    write(line.summary + "\n")
  }

  /// Removes the bar, so that other text can be written.
  package func clear() {
    guard hasOpenLine else { return }
    write("\r" + Self.eraseToEnd)
    hasOpenLine = false
    lastDrawn = nil
  }

  private static let eraseToEnd = "\u{1B}[K"
}
