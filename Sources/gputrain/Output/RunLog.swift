import Files
import Reports

/// train.log of a run: every line that the program printed about it, with the date and the time.
///
/// Lines that are printed before the run's folder exists are kept until it does. If the file cannot
/// be written, a note says so, and the run continues without it: no result depends on it.
enum RunLog {
  private enum State: Sendable {
    case off
    case waiting([String])
    case open(AppendLog)
  }

  private static let state = Lock(State.off)

  /// Begins to keep the lines that are printed.
  static func begin() { state.withLock { $0 = .waiting([]) } }

  /// Writes the lines so far to the end of a file, and then each line that is printed.
  static func open(_ path: String) {
    let fault: Error? = state.withLock { state in
      guard case .waiting(let lines) = state else { return nil }
      state = .off
      do {
        let log = try AppendLog(path: path)
        for line in lines { try log.append(line, synchronizing: false) }
        state = .open(log)
        return nil
      } catch {
        return error
      }
    }
    if let fault { StandardError.note("\(fault); the run has no log from here on") }
  }

  /// Adds a line with the time.
  static func add(_ line: String) {
    let fault: Error? = state.withLock { state in
      switch state {
      case .off: return nil
      case .waiting(let lines):
        state = .waiting(lines + [stamped(line)])
        return nil
      case .open(let log):
        do {
          try log.append(stamped(line), synchronizing: false)
          return nil
        } catch {
          state = .off
          return error
        }
      }
    }
    if let fault { StandardError.note("\(fault); the run has no log from here on") }
  }

  private static func stamped(_ line: String) -> String {
    "\(localTime("%Y-%m-%d %H:%M:%S"))  \(line)"
  }
}
