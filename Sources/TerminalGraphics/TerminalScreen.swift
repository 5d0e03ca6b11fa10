import Files
import Foundation

/// The terminal of standard output while a program has it to itself: keys come at once and are not
/// shown, and signals come as events. `close` restores everything.
package final class TerminalScreen {
  /// What a user or the system asks for.
  package enum Event: Equatable {
    /// Nothing, for a moment.
    case none
    /// To end: the keys `q`, Esc and Ctrl-C, or a terminal that is gone.
    case quit
    /// To draw everything again: the terminal has another size, or the program continues.
    case redraw
    /// To end: one of the signals that ask for it.
    case stop(signal: Int32)
  }

  /// The size of a terminal.
  package struct Size: Equatable {
    /// Cells in a row.
    package var columns = 80
    /// Rows of cells.
    package var rows = 24
    /// The pixels of a cell, if the system knows them.
    package var cell: TerminalPicture.Cell?
  }

  private static let stopSignals = [SIGINT, SIGTERM, SIGHUP, SIGQUIT]
  private var signals = sigset_t()
  private var oldSignals = sigset_t()
  /// The settings to restore; nil if standard input is not a terminal, so that it gives no keys.
  private let settings: termios?
  private var isAlternate = false
  private var isOpen = true

  /// Takes the terminal.
  package init() {
    sigemptyset(&signals)
    for signal in Self.stopSignals + [SIGWINCH, SIGCONT] { sigaddset(&signals, signal) }
    pthread_sigmask(SIG_BLOCK, &signals, &oldSignals)
    var settings = termios()
    self.settings = tcgetattr(STDIN_FILENO, &settings) == 0 ? settings : nil
    takeKeys()
  }

  deinit { close() }

  private func takeKeys() {
    guard var raw = settings else { return }
    // Ctrl-C is a key, and Ctrl-S does not stop the output, which would stop the program.
    raw.c_lflag &= ~tcflag_t(ICANON | ECHO | ISIG | IEXTEN)
    raw.c_iflag &= ~tcflag_t(IXON)
    tcsetattr(STDIN_FILENO, TCSANOW, &raw)
  }

  /// Shows an empty screen, without a cursor; the user's own comes back with `close`. Lines that
  /// are too long are cut off.
  package func enterAlternate() {
    if !isAlternate { TerminalRescue.prepare(settings: settings, sequences: Self.leaving) }
    isAlternate = true
    write("\u{1B}[?1049h\u{1B}[?25l\u{1B}[?7l\u{1B}[2J")
  }

  private static let leaving = "\u{1B}[?7h\u{1B}[?25h\u{1B}[?1049l"

  /// Restores the terminal and the signal handlers. Further calls do nothing.
  package func close() {
    guard isOpen else { return }
    isOpen = false
    if isAlternate {
      TerminalRescue.end()
      write(Self.leaving)
    }
    if var settings {
      // The shell must not read answers that came late.
      tcflush(STDIN_FILENO, TCIFLUSH)
      tcsetattr(STDIN_FILENO, TCSANOW, &settings)
    }
    pthread_sigmask(SIG_SETMASK, &oldSignals, nil)
  }

  /// Restores the terminal, and ends the program by a signal.
  package func end(by number: Int32) -> Never {
    close()
    signal(number, SIG_DFL)
    raise(number)
    _exit(128 + number)
  }

  /// Writes a text as it is.
  ///
  /// - Returns: Whether it was written; false if the terminal is gone.
  @discardableResult
  package func write(_ text: String) -> Bool {
    Array(text.utf8).withUnsafeBytes { writeAllBytes($0, to: STDOUT_FILENO) } == nil
  }

  /// The current size; 80 × 24 if it is unknown.
  package var size: Size {
    var window = winsize()
    guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &window) == 0, window.ws_col > 0,
      window.ws_row > 0
    else { return Size() }
    let (columns, rows) = (Int(window.ws_col), Int(window.ws_row))
    let (width, height) = (Int(window.ws_xpixel) / columns, Int(window.ws_ypixel) / rows)
    return Size(
      columns: columns, rows: rows,
      cell: width > 0 && height > 0 ? TerminalPicture.Cell(width: width, height: height) : nil)
  }

  /// Waits for a key or a signal, at most for 50 ms.
  package func nextEvent() -> Event {
    var now = timespec()
    let signal = sigtimedwait(&signals, nil, &now)
    if Self.stopSignals.contains(signal) { return .stop(signal: signal) }
    if signal == SIGCONT {
      takeKeys()
      if isAlternate { enterAlternate() }
    }
    if signal > 0 { return .redraw }
    guard settings != nil else {
      usleep(50_000)
      return .none
    }
    guard let bytes = read(within: 50) else { return .none }
    return bytes.isEmpty || Self.asksToQuit(bytes) ? .quit : .none
  }

  /// Whether the bytes of a key ask to end. Those of an arrow, and answers that come late, begin
  /// with Esc too.
  static func asksToQuit(_ bytes: [UInt8]) -> Bool {
    guard bytes.first != 0x1B else { return bytes.count == 1 }
    return bytes.contains { [UInt8(ascii: "q"), UInt8(ascii: "Q"), 3].contains($0) }
  }

  /// Asks the terminal for its abilities, and waits for its answers, at most for 200 ms.
  package func ask(kitty: Bool) -> TerminalAnswers {
    let answers = ask(TerminalAnswers.questions(kitty: kitty))
    // Only a terminal with sixels is asked for their colours: others log the question as wrong.
    return answers.hasSixel
      ? answers.adding(ask(TerminalAnswers.questionForColours)) : answers
  }

  private func ask(_ questions: String) -> TerminalAnswers {
    var answers = TerminalAnswers(parsing: [])
    guard settings != nil, write(questions) else { return answers }
    let end = ContinuousClock.now + .milliseconds(200)
    var bytes: [UInt8] = []
    while !answers.areComplete, bytes.count < 1 << 14, ContinuousClock.now < end {
      bytes += read(within: 20) ?? []
      answers = TerminalAnswers(parsing: bytes)
    }
    return answers
  }

  /// Reads what was typed; nil if nothing was within some milliseconds, empty if nothing ever will.
  private func read(within milliseconds: Int32) -> [UInt8]? {
    var source = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
    guard poll(&source, 1, milliseconds) > 0 else { return nil }
    return [UInt8](unsafeUninitializedCapacity: 1024) { buffer, count in
      count = max(0, Glibc.read(STDIN_FILENO, buffer.baseAddress, buffer.count))
    }
  }
}
