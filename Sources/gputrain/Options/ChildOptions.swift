import ArgumentParser
import Files
import Foundation

/// How a command that another gputrain starts ends with it.
struct ChildOptions: ParsableArguments {
  @Flag(
    help: ArgumentHelp(
      "Stop, as on SIGTERM, when nobody can read standard output any more.",
      visibility: .hidden))
  var stopWithOutput = false

  /// Starts to watch standard output, if that is asked for.
  ///
  /// - Throws: `ThreadError`.
  func watch() throws {
    guard stopWithOutput else { return }
    try Lifeline.watch { kill(getpid(), SIGTERM) }
  }
}

/// The other end of a program's standard output: the program that started it holds that end, and
/// the system closes it even if that program is killed.
enum Lifeline {
  /// Starts a thread that runs `body` once the other end of standard output is closed.
  ///
  /// - Throws: `ThreadError`.
  static func watch(_ body: @escaping @Sendable () -> Void) throws {
    let watcher = try startThread {
      var output = pollfd(fd: STDOUT_FILENO, events: 0, revents: 0)
      while poll(&output, 1, -1) <= 0 {}
      body()
    }
    pthread_detach(watcher)
  }
}
