import Foundation

/// What is known of the place where progress is shown.
package struct Terminal: Sendable, Equatable {
  /// Whether a line can be rewritten in place.
  package var isInteractive: Bool
  /// Whether colours are welcome.
  package var hasColor: Bool
  /// Whether the locale is one of UTF-8.
  package var hasUnicode: Bool

  /// A terminal of given abilities.
  package init(isInteractive: Bool, hasColor: Bool, hasUnicode: Bool) {
    self.isInteractive = isInteractive
    self.hasColor = hasColor
    self.hasUnicode = hasUnicode
  }

  /// Reads the abilities off the environment.
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

  /// Standard error, as it is now.
  package static var standardError: Terminal {
    Terminal(
      isTTY: isatty(STDERR_FILENO) == 1, environment: ProcessInfo.processInfo.environment)
  }

  /// The columns of the terminal behind standard error; 80 where that is not known.
  package static var width: Int {
    var size = winsize()
    guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
  }
}

/// Shows progress on standard error: on a terminal a line that rewrites itself, at most ten times
/// a second; elsewhere a line an epoch. Every finished epoch leaves its summary behind.
package final class ProgressBar {
  private let terminal: Terminal
  private let width: () -> Int
  private let write: (String) -> Void
  private let interval = Duration.milliseconds(100)
  private var lastDrawn: ContinuousClock.Instant?
  private var hasOpenLine = false

  /// A bar; the defaults are standard error's own.
  ///
  /// - Parameters:
  ///   - width: the terminal's columns, asked before each line is drawn.
  ///   - write: takes the text as it is to appear, control characters included.
  package init(
    terminal: Terminal = .standardError, width: @escaping () -> Int = { Terminal.width },
    write: @escaping (String) -> Void
  ) {
    self.terminal = terminal
    self.width = width
    self.write = write
  }

  /// Whether `update` at this time would draw; callers may skip the work of making a line.
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
    // The last column stays free: some terminals wrap as soon as it is written.
    let style = ProgressLine.Style(
      width: width() - 1, hasColor: terminal.hasColor, hasUnicode: terminal.hasUnicode)
    write("\r" + line.render(style) + Self.eraseToEnd)
  }

  /// Leaves the summary of a finished epoch as a line of its own.
  package func finishEpoch(_ line: ProgressLine) {
    clear()
    write(line.summary + "\n")
  }

  /// Takes the open line away, so that other text can be written.
  package func clear() {
    guard hasOpenLine else { return }
    write("\r" + Self.eraseToEnd)
    hasOpenLine = false
    lastDrawn = nil
  }

  private static let eraseToEnd = "\u{1B}[K"
}
