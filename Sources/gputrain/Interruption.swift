import Foundation
import Synchronization

/// A run that was asked to stop, and has stopped.
struct Interrupted: Error, CustomStringConvertible {
  /// SIGINT, SIGTERM or SIGHUP.
  let signal: Int32
  let description: String
}

/// Ctrl-C, SIGTERM and a terminal that is closed.
///
/// A thread of its own waits for them, so that nothing is done within a signal handler. While the work must come to an
/// end in order (`deferring`), the first is only noted; otherwise, and from the second on, the program ends at once.
enum Interruption {
  private static let noted = Atomic<Int32>(0)
  private static let isDeferred = Atomic(false)

  /// The signal that asks the run to stop; nil where none does.
  static var signal: Int32? {
    let number = noted.load(ordering: .relaxed)
    return number == 0 ? nil : number
  }

  /// Begins to wait for signals, in the place of this thread and of all that are started later.
  static func watch() { _ = watcher }

  /// Does `body` and lets it decide when to stop.
  static func deferring<Result>(_ body: () throws -> Result) rethrows -> Result {
    isDeferred.store(true, ordering: .relaxed)
    defer { isDeferred.store(false, ordering: .relaxed) }
    return try body()
  }

  private static let watcher: Void = {
    var set = signals
    pthread_sigmask(SIG_BLOCK, &set, nil)
    Thread.detachNewThread { while true { wait() } }
  }()

  private static func wait() {
    var set = signals
    var number: Int32 = 0
    guard sigwait(&set, &number) == 0 else { return }
    if isDeferred.load(ordering: .relaxed), signal == nil {
      noted.store(number, ordering: .relaxed)
      StandardError.print(
        "stopping after the steps under way; the same signal again ends it at once")
    } else {
      StandardError.print(
        "gputrain: stopped at once; what was written before is whole, what was not is lost")
      _exit(128 + number)
    }
  }

  private static var signals: sigset_t {
    var set = sigset_t()
    sigemptyset(&set)
    sigaddset(&set, SIGINT)
    sigaddset(&set, SIGTERM)
    // Under nohup a closed terminal is nothing to stop for.
    if !isIgnored(SIGHUP) { sigaddset(&set, SIGHUP) }
    return set
  }

  private static func isIgnored(_ number: Int32) -> Bool {
    var action = sigaction()
    sigaction(number, nil, &action)
    return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == 1  // SIG_IGN
  }
}
