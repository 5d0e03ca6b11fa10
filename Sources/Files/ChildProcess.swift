import Foundation

/// A child process.
///
/// NOTE: Foundation's Process passes on the signals that the starting thread blocks, so the child
/// could not be stopped. It also stays in memory if the thread has no run loop.
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

  /// Starts a program with no signal blocked.
  ///
  /// - Parameters:
  ///   - program: The path of the program.
  ///   - environment: The complete environment; by default that of this program.
  ///   - input: The descriptor that becomes the standard input; by default an empty input.
  ///   - output: The descriptor that becomes the standard output.
  ///   - errors: The descriptor that becomes the standard error.
  /// - Throws: `FileError` if the program does not start.
  public init(
    _ program: String, _ arguments: [String],
    environment: [String: String] = ProcessInfo.processInfo.environment,
    input: Int32? = nil, output: Int32, errors: Int32
  ) throws {
    // A parent may have set it to be ignored; then the system does not keep the exit code.
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

  /// Waits for the process to end.
  public func wait() -> End {
    while true { if let end = check(0) { return end } }
  }

  /// How the process ended; nil while it runs.
  public var end: End? { check(WNOHANG) }

  /// Sends a signal to the process, unless it has ended.
  public func send(_ signal: Int32) {
    if end == nil { kill(id, signal) }
  }

  private func check(_ options: Int32) -> End? {
    var status: Int32 = 0
    if ended == nil, waitpid(id, &status, options) == id {
      // The low seven bits are a signal, the next eight an exit code.
      ended = status & 0x7F == 0 ? .exited(status >> 8 & 0xFF) : .killed(status & 0x7F)
    }
    return ended
  }

  /// Returns the texts as a C array of strings that ends with a null pointer.
  private static func cStrings(_ texts: [String]) -> [UnsafeMutablePointer<CChar>?] {
    texts.map { strdup($0) } + [nil]
  }
}

/// A connection from one process, which writes, to another, which reads.
public struct Channel {
  public let reading: FileHandle
  public let writing: FileHandle

  /// NOTE: sockets, because a pipe would be inherited by a child that another thread starts at this
  /// moment, and would stay open until that child ends.
  public init() throws {
    var ends: [Int32] = [-1, -1]
    let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
    guard socketpair(AF_UNIX, type, 0, &ends) == 0 else { throw POSIXError(.EMFILE) }
    reading = FileHandle(fileDescriptor: ends[0], closeOnDealloc: true)
    writing = FileHandle(fileDescriptor: ends[1], closeOnDealloc: true)
  }
}
