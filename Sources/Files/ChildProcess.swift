import Foundation

/// Another program, started by this one.
///
/// NOTE: Foundation's Process hands on the signals that the starting thread blocks, so that the program cannot be
/// stopped, and stays in memory where the thread runs no run loop.
public final class ChildProcess {
  /// How a program ended.
  public enum End: Equatable, Sendable {
    /// With this exit code.
    case exited(Int32)
    /// By this signal.
    case killed(Int32)
  }

  private let id: pid_t
  private var ended: End?

  /// Starts a program; it takes all signals.
  ///
  /// - Parameters:
  ///   - program: Its path.
  ///   - environment: All of its environment; this program's own without it.
  ///   - input: The descriptor that becomes its standard input; without it there is nothing to read.
  ///   - output: The descriptor that becomes its standard output; `errors` likewise.
  /// - Throws: `FileError` if it does not start.
  public init(
    _ program: String, _ arguments: [String],
    environment: [String: String] = ProcessInfo.processInfo.environment,
    input: Int32? = nil, output: Int32, errors: Int32
  ) throws {
    // Where it is ignored, as a parent may leave it, the system keeps no exit code.
    Glibc.signal(SIGCHLD, SIG_DFL)

    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    if let input {
      posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO)
    } else {
      posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
    }
    posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
    posix_spawn_file_actions_adddup2(&actions, errors, STDERR_FILENO)

    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))

    let words = Self.cStrings([program] + arguments)
    let variables = Self.cStrings(environment.map { "\($0)=\($1)" })
    defer { for string in words + variables { free(string) } }
    var id: pid_t = 0
    let code = posix_spawn(&id, program, &actions, &attributes, words, variables)
    guard code == 0 else { throw FileError(.read, program, code: code) }
    self.id = id
  }

  /// Waits for its end.
  public func wait() -> End {
    while true { if let end = check(0) { return end } }
  }

  /// How it ended; nil while it runs.
  public var end: End? { check(WNOHANG) }

  /// Sends a signal, unless it has ended.
  public func send(_ signal: Int32) {
    if end == nil { kill(id, signal) }
  }

  private func check(_ options: Int32) -> End? {
    var status: Int32 = 0
    if ended == nil, waitpid(id, &status, options) == id {
      // The low seven bits hold a signal, the next eight an exit code.
      ended = status & 0x7F == 0 ? .exited(status >> 8 & 0xFF) : .killed(status & 0x7F)
    }
    return ended
  }

  /// The texts as C takes a list of them, with a null pointer at its end.
  private static func cStrings(_ texts: [String]) -> [UnsafeMutablePointer<CChar>?] {
    texts.map { strdup($0) } + [nil]
  }
}

/// What one program writes and another reads.
public struct Channel {
  public let reading: FileHandle
  public let writing: FileHandle

  /// NOTE: sockets, as a pipe would be inherited by a program that another thread starts at this moment, and would then
  /// not end before that.
  public init() throws {
    var ends: [Int32] = [-1, -1]
    let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
    guard socketpair(AF_UNIX, type, 0, &ends) == 0 else { throw POSIXError(.EMFILE) }
    reading = FileHandle(fileDescriptor: ends[0], closeOnDealloc: true)
    writing = FileHandle(fileDescriptor: ends[1], closeOnDealloc: true)
  }
}
