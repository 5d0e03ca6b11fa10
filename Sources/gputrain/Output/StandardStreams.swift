import Files
import Foundation

/// The stream for progress, logs and errors; results go to `StandardOutput`.
enum StandardError {
  /// Writes a note: something was left out or done differently, which is not an error.
  static func note(_ text: String) { print("note: \(text)") }

  /// Writes one line. Escapes control characters, so that nothing from a path or a file can break
  /// the line or control the terminal. Ignores a failure, since there is nowhere to report it.
  static func print(_ line: String) { write(line.escapingControlCharacters + "\n") }

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
