import Files
import Foundation

/// The error of a run that stopped because a signal asked it to.
struct Interrupted: Error, CustomStringConvertible {
  /// SIGINT, SIGTERM, SIGHUP or SIGXCPU: the first that came.
  let signal: Int32
  let description: String
}

/// The signals that ask a training to stop with a checkpoint, or to write one and continue.
///
/// A separate thread waits for them, so nothing has to run in a signal handler. While a
/// training has work to keep (`deferring`), signals are only noted. From the first noted one on,
/// only a second Ctrl-C ends the program at once: terminals, `timeout` and batch queues signal more
/// than once. Before any work, the first signal that asks to stop ends the program. A signal that
/// was ignored when the program began stays ignored.
enum Interruption {
  private struct State {
    var isDeferred = false
    var stopping: Int32?
    var saving: Int32?
  }

  private static let state = Lock(State())
  private static let stopSignals = [SIGINT, SIGTERM, SIGHUP, SIGXCPU]
  private static let saveSignals = [SIGUSR1, SIGUSR2]

  /// The first signal that asked the training to stop; nil if none did.
  static var signal: Int32? { state.withLock { $0.stopping } }

  /// Whether a signal asks for a checkpoint, to stop or to continue.
  static var wantsCheckpoint: Bool {
    state.withLock { $0.stopping != nil || $0.saving != nil }
  }

  /// Takes the request for a checkpoint after which the training continues.
  ///
  /// - Returns: The name of the signal that made it; nil if there is none.
  static func takeSaveRequest() -> String? {
    state.withLock { state in
      defer { state.saving = nil }
      return state.saving.map { $0 == SIGUSR1 ? "SIGUSR1" : "SIGUSR2" }
    }
  }

  /// Starts the thread that waits for signals. This thread, and all that are started later, no
  /// longer receive them.
  ///
  /// - Throws: `ThreadError`.
  static func watch() throws { try watcher.get() }

  /// Blocks these signals in this thread and in all that are started later.
  static func block() {
    var set = signalSet(stopSignals + saveSignals)
    pthread_sigmask(SIG_BLOCK, &set, nil)
  }

  /// Runs `body`, which decides itself when to stop.
  static func deferring(_ body: () throws -> Void) rethrows {
    state.withLock { $0.isDeferred = true }
    defer { state.withLock { $0.isDeferred = false } }
    try body()
  }

  private static let watcher = Result {
    let numbers = stopSignals + saveSignals
    // Ignored signals are received and dropped, as LLVM in a driver would replace "ignore" by its
    // own handlers.
    let ignored = numbers.filter(isIgnored)
    block()
    let thread = try startThread {
      var set = signalSet(numbers)
      // Whether the user has read what a second Ctrl-C does.
      var hasWarned = false
      while true {
        var number: Int32 = 0
        if sigwait(&set, &number) == 0, !ignored.contains(number) {
          note(number, hasWarned: &hasWarned)
        }
      }
    }
    pthread_detach(thread)
  }

  private static func note(_ number: Int32, hasWarned: inout Bool) {
    if saveSignals.contains(number) { return state.withLock { $0.saving = number } }
    let (isDeferred, isFirst) = state.withLock { state in
      defer { state.stopping = state.stopping ?? number }
      return (state.isDeferred, state.stopping == nil)
    }
    if isFirst && !isDeferred || number == SIGINT && hasWarned {
      StandardError.alert(
        "gputrain: stopped at once; files that were written are complete, later steps are lost")
      _exit(128 + number)
    }
    if number == SIGINT {
      hasWarned = StandardError.write(
        "stopping after the steps under way, with a checkpoint; "
          + "a second Ctrl-C ends it at once, without one\n")
      dropPending(SIGINT)
    } else if isFirst {
      StandardError.print("stopping after the steps under way, with a checkpoint")
    }
  }

  /// Drops a signal that came before the user could read what it does.
  private static func dropPending(_ number: Int32) {
    var set = signalSet([number])
    var none = timespec()
    sigtimedwait(&set, nil, &none)
  }

  private static func signalSet(_ numbers: [Int32]) -> sigset_t {
    var set = sigset_t()
    sigemptyset(&set)
    for number in numbers { sigaddset(&set, number) }
    return set
  }

  private static func isIgnored(_ number: Int32) -> Bool {
    var action = sigaction()
    sigaction(number, nil, &action)
    return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self) == 1  // SIG_IGN
  }
}
