import Files
import Foundation
import TestFiles

/// The built program, run as a user runs it.
enum Gputrain {
  /// What became of a run of the program.
  struct Outcome {
    /// The exit code; nil where a signal ended the program, or the test's patience.
    let status: Int32?
    /// The signal that ended it.
    let signal: Int32?
    let stdout: String
    let stderr: String

    var stdoutLines: [Substring] { stdout.split(separator: "\n") }
    var stderrLines: [Substring] { stderr.split(separator: "\n") }
  }

  struct Missing: Error, CustomStringConvertible {
    let description: String
  }

  /// The program's path: it lies beside the tests' own bundle.
  static func executable() throws -> String {
    let folder = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
      .deletingLastPathComponent()
    let path = folder.appendingPathComponent("gputrain").path
    guard FileManager.default.isExecutableFile(atPath: path) else {
      throw Missing(description: "there is no program \(path): run swift build")
    }
    return path
  }

  /// Runs the program and waits for its end.
  ///
  /// - Parameters:
  ///   - environment: What differs from the tests' own environment; nil removes a variable. Of the
  ///     program's variables only GPUTRAIN_DEVICE is passed on, and no proxy is.
  ///   - folder: The working folder.
  ///   - shell: The command of a shell that runs it, as `exec "$@" 2>&-`.
  ///   - signal: What it gets once `interrupt`, asked again and again while it runs, is true.
  static func run(
    _ arguments: [String], environment: [String: String?] = [:], in folder: String? = nil,
    shell: String? = nil, timeout: TimeInterval = 120, signal: Int32 = SIGINT,
    interrupt: () -> Bool = { false }
  ) throws -> Outcome {
    let capture = try TemporaryFolder()
    let process = Process()
    let program = try executable()
    process.executableURL = URL(fileURLWithPath: shell == nil ? program : "/bin/sh")
    process.arguments = shell.map { ["-c", $0, "sh", program] + arguments } ?? arguments
    process.environment = makeEnvironment(environment)
    if let folder { process.currentDirectoryURL = URL(fileURLWithPath: folder) }
    process.standardInput = FileHandle.nullDevice
    // NOTE: files, not pipes: a pipe that nobody empties stops the program when it is full.
    process.standardOutput = try output("stdout", in: capture)
    process.standardError = try output("stderr", in: capture)
    try unblockingSignals { try process.run() }
    let deadline = Date(timeIntervalSinceNow: timeout)
    var isInterrupted = false
    while process.isRunning {
      if Date() > deadline { kill(process.processIdentifier, SIGKILL) }
      if !isInterrupted, interrupt() {
        kill(process.processIdentifier, signal)
        isInterrupted = true
      }
      usleep(5000)
    }
    let exited = process.terminationReason == .exit
    return Outcome(
      status: exited ? process.terminationStatus : nil,
      signal: exited ? nil : process.terminationStatus,
      stdout: try String(contentsOfFile: capture.path + "/stdout", encoding: .utf8),
      stderr: try String(contentsOfFile: capture.path + "/stderr", encoding: .utf8))
  }

  /// NOTE: tests run on threads that block most signals, and a new process would block them too.
  private static func unblockingSignals(_ body: () throws -> Void) rethrows {
    var (none, before) = (sigset_t(), sigset_t())
    sigemptyset(&none)
    pthread_sigmask(SIG_SETMASK, &none, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
    try body()
  }

  private static func output(_ name: String, in folder: TemporaryFolder) throws -> FileHandle {
    let path = "\(folder.path)/\(name)"
    try AtomicFile.write("", to: path)
    return try FileHandle(forWritingTo: URL(fileURLWithPath: path))
  }

  private static func makeEnvironment(_ changes: [String: String?]) -> [String: String] {
    let dropped = ["GPUTRAIN_DATA", "NO_COLOR", "http_proxy", "all_proxy", "ALL_PROXY"]
    var environment = ProcessInfo.processInfo.environment
    for name in dropped { environment[name] = nil }
    for (name, value) in changes { environment[name] = value }
    return environment
  }
}
