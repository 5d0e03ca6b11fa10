import Files
import Foundation

/// Where progress, logs and errors go; results go to `StandardOutput`.
enum StandardError {
  /// Writes a note, which is not an error: something was done in another way or left out.
  static func note(_ text: String) { print("note: \(text)") }

  /// Writes one line. Control characters appear escaped: whatever a path or a file holds, it
  /// neither breaks the line nor drives the terminal. A failure is ignored: nobody is left to tell.
  static func print(_ line: String) { write(line.escapingControlCharacters + "\n") }

  /// Writes a text as it is. A failure is ignored, as of a terminal that was closed. Once a signal
  /// asks to stop, the text is dropped where nobody takes it, as of a terminal after Ctrl-S: the
  /// checkpoint must not wait for that.
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

  /// Waits a moment for a stream to take bytes, or to refuse them.
  private static func takesBytes(_ number: Int32) -> Bool {
    var stream = pollfd(fd: number, events: Int16(POLLOUT), revents: 0)
    return poll(&stream, 1, 50) != 0
  }
}

/// Where results go.
enum StandardOutput {
  /// Writes one line, at once.
  ///
  /// - Throws: `OutputError` where the line does not arrive: a closed pipe, a full disk.
  static func print(_ line: String) throws {
    if let code = writeAll(line + "\n", to: STDOUT_FILENO) {
      throw OutputError(
        description: "cannot write to standard output: \(String(cString: strerror(code)))")
    }
  }
}

/// The process's three standard streams.
enum StandardStreams {
  /// Makes failed writes errors that can be handled; call it first.
  ///
  /// A closed pipe or a limit on the size of files fails a write instead of ending the program. A
  /// stream that the caller closed is
  /// taken by `/dev/null`, opened so that its use still fails; otherwise the next file that the
  /// program opens would get its number, and log lines would go into a checkpoint.
  static func prepare() {
    signal(SIGPIPE, SIG_IGN)
    signal(SIGXFSZ, SIG_IGN)
    // NOTE: Intel's driver puts a handler in that place, which tells of a crash; what is blocked reaches none.
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
