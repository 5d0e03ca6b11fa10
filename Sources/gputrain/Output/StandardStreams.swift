import Files
import Foundation
import Reports

/// How much a command prints on standard error.
enum Verbosity {
  /// Errors, warnings and notes.
  case quiet
  /// Also progress.
  case normal
  /// Also what was chosen, and what it cost.
  case verbose
}

/// The stream for progress, logs and errors; results go to `StandardOutput`. A run's log keeps its
/// lines.
///
/// A printed line has its control characters escaped, so that nothing from a path or a file can
/// break it or control the terminal. A failure to write is ignored: there is nowhere to report it.
enum StandardError {
  private static let level = Lock(Verbosity.normal)

  /// How much is printed. A run's log has everything.
  static var verbosity: Verbosity {
    get { level.withLock { $0 } }
    set { level.withLock { $0 = newValue } }
  }

  /// Prints a note: something was left out or done differently, which is not an error.
  static func note(_ text: String) { alert("note: \(text)") }

  /// Prints a line that the user must see, such as an error or a warning.
  static func alert(_ line: String) { print(line, from: .quiet) }

  /// Prints a line about progress.
  static func print(_ line: String) { print(line, from: .normal) }

  /// Prints a line about progress, in which a path is a link if the terminal has links.
  static func print(_ line: String, linking path: String) {
    print(line, from: .normal) { escaped in
      guard Terminal.standardError.hasLinks else { return escaped }
      let shown = path.escapingControlCharacters
      let url = URL(fileURLWithPath: path).absoluteString
      let link = "\u{1B}]8;;\(url)\u{1B}\\\(shown)\u{1B}]8;;\u{1B}\\"
      return escaped.replacing(shown, with: link, maxReplacements: 1)
    }
  }

  /// Prints a line that few users want to see.
  static func detail(_ line: String) { print(line, from: .verbose) }

  /// Writes a text that shows progress on a terminal, such as a bar, unless --quiet was given.
  static func draw(_ text: String) { if verbosity != .quiet { write(text) } }

  /// Adds a line to the run's log, and shows it if the verbosity is at least `least`.
  ///
  /// - Parameter decorate: Adds control characters for the terminal.
  private static func print(
    _ line: String, from least: Verbosity, decorate: (String) -> String = { $0 }
  ) {
    let line = line.escapingControlCharacters
    RunLog.add(line)
    let isShown =
      switch (least, verbosity) {
      case (.quiet, _), (.normal, .normal), (_, .verbose): true
      default: false
      }
    if isShown { write(decorate(line) + "\n") }
  }

  /// Writes a text as it is. Ignores a failure, such as a terminal that was closed. Once a signal
  /// asks to stop, drops the text if the stream does not accept it, such as a terminal after
  /// Ctrl-S: the checkpoint must not wait for it.
  ///
  /// - Returns: Whether the text was written.
  @discardableResult
  static func write(_ text: String) -> Bool {
    writeAll(text, to: STDERR_FILENO) { number, bytes, count in
      while !takesBytes(number) {
        guard Interruption.signal == nil else {
          errno = EAGAIN
          return -1
        }
      }
      return Glibc.write(number, bytes, count)
    } == nil
  }

  /// Waits a moment until a stream accepts bytes or fails.
  ///
  /// - Returns: Whether it did within that time.
  private static func takesBytes(_ number: Int32) -> Bool {
    var stream = pollfd(fd: number, events: Int16(POLLOUT), revents: 0)
    return poll(&stream, 1, 50) != 0
  }
}

/// The stream for results.
enum StandardOutput {
  /// Writes one line, at once.
  ///
  /// - Throws: `OutputError` if the line cannot be written, as to a closed pipe or a full disk.
  static func print(_ line: String) throws { try write(line + "\n") }

  /// Writes a text as it is.
  ///
  /// - Throws: `OutputError`, likewise.
  static func write(_ text: String) throws {
    if let code = writeAll(text, to: STDOUT_FILENO) {
      throw OutputError(
        description: "cannot write to standard output: \(String(cString: strerror(code)))")
    }
  }
}

/// The process's three standard streams.
enum StandardStreams {
  /// Makes failed writes errors that can be handled; call it first.
  ///
  /// A closed pipe or a limit on the size of files makes a write fail, and does not end the
  /// program. A stream that the caller closed becomes `/dev/null`, opened so that its use still
  /// fails. Otherwise the next file that the program opens would get its number, and log lines
  /// would go into a checkpoint.
  static func prepare() {
    signal(SIGPIPE, SIG_IGN)
    signal(SIGXFSZ, SIG_IGN)
    // NOTE: Intel's driver installs a handler for SIGXFSZ, which reports a crash. A blocked signal
    // reaches no handler.
    var blocked = sigset_t()
    sigemptyset(&blocked)
    sigaddset(&blocked, SIGXFSZ)
    pthread_sigmask(SIG_BLOCK, &blocked, nil)
    for number in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] where fcntl(number, F_GETFD) < 0 {
      _ = open("/dev/null", number == STDIN_FILENO ? O_WRONLY : O_RDONLY)
    }
  }
}

/// Writes all of a text.
///
/// - Returns: The C error number of a failure.
private func writeAll(
  _ text: String, to number: Int32, using write: WriteFunction = { Glibc.write($0, $1, $2) }
) -> Int32? {
  Array(text.utf8).withUnsafeBytes { writeAllBytes($0, to: number, using: write) }
}

extension String {
  /// The string with `\n` for a line feed, `\u{1B}` for an escape, and so on.
  var escapingControlCharacters: String {
    unicodeScalars.reduce(into: "") { text, scalar in
      switch scalar.properties.generalCategory {
      case .control, .lineSeparator, .paragraphSeparator: text += scalar.escaped(asASCII: true)
      default: text.unicodeScalars.append(scalar)
      }
    }
  }
}
