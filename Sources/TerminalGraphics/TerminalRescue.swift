import Foundation

/// Restores the terminal if the program crashes while it has the terminal to itself.
///
/// NOTE: A signal handler may do very little; this one allocates no memory.
enum TerminalRescue {
  private static let crashes = [SIGSEGV, SIGBUS, SIGABRT, SIGILL, SIGTRAP, SIGFPE]

  // The settings to restore, and the escape sequences as C text. They are never freed, because a
  // handler may be reading them.
  nonisolated(unsafe) private static var settings: UnsafeMutablePointer<termios>?
  nonisolated(unsafe) private static var sequences: UnsafeMutablePointer<CChar>?
  // What each signal did before.
  nonisolated(unsafe) private static let before = UnsafeMutablePointer<sigaction>.allocate(
    capacity: 32)

  /// Prepares for a crash.
  ///
  /// - Parameters:
  ///   - settings: The settings to restore; nil for none.
  ///   - sequences: What to write to the terminal.
  static func prepare(settings: termios?, sequences: String) {
    self.settings = settings.map { settings in
      let copy = UnsafeMutablePointer<termios>.allocate(capacity: 1)
      copy.initialize(to: settings)
      return copy
    }
    self.sequences = strdup(sequences)
    var action = sigaction()
    action.__sigaction_handler.sa_handler = restore
    for number in crashes { sigaction(number, &action, &before[Int(number)]) }
  }

  /// Restores the signal handlers that were there before.
  static func end() {
    guard sequences != nil else { return }
    sequences = nil
    for number in crashes { sigaction(number, &before[Int(number)], nil) }
  }

  /// Restores the terminal, and lets the signal do what it did before.
  private static let restore: @convention(c) (Int32) -> Void = { number in
    if let text = TerminalRescue.sequences { _ = write(STDOUT_FILENO, text, strlen(text)) }
    if let settings = TerminalRescue.settings { tcsetattr(STDIN_FILENO, TCSANOW, settings) }
    sigaction(number, &TerminalRescue.before[Int(number)], nil)
    raise(number)
  }
}
