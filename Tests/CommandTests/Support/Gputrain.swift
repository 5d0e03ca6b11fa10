import Files
import Foundation
import TestFiles

/// The built program, run as a user runs it.
enum Gputrain {
  /// The outcome of a run of the program.
  struct Outcome {
    let end: ChildProcess.End
    let stdout: String
    let stderr: String

    /// The exit code; nil if a signal or the test's time limit ended the program.
    var status: Int32? {
      if case .exited(let code) = end { code } else { nil }
    }
    /// The signal that ended it.
    var signal: Int32? {
      if case .killed(let signal) = end { signal } else { nil }
    }
    var stdoutLines: [Substring] { stdout.split(separator: "\n") }
    /// Without a line about compiling, which depends on the driver's cache.
    var stderrLines: [Substring] {
      stderr.split(separator: "\n").filter { !$0.hasPrefix("compiling ") }
    }
  }

  struct Missing: Error, CustomStringConvertible {
    let description: String
  }

  /// The program's path, next to the tests' own bundle.
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
  ///   - environment: The changes to the tests' own environment; nil removes a variable. Of the
  ///     program's variables only GPUTRAIN_DEVICE is passed on, and no proxy is. The cache folder
  ///     is the tests' own, since the user's tuning would change runs.
  ///   - folder: The working folder.
  ///   - shell: The command of the shell that runs it, as `exec "$@" 2>&-`.
  ///   - signals: The signals to send, each as soon as `interrupt`, which is called again and
  ///     again, returns true.
  static func run(
    _ arguments: [String], environment: [String: String?] = [:], in folder: String? = nil,
    shell: String = #"exec "$@""#, timeout: TimeInterval = 600,
    signals: [Int32] = [SIGINT], interrupt: () -> Bool = { false }
  ) throws -> Outcome {
    let capture = try TemporaryFolder()
    let program = try executable()
    // NOTE: files, not pipes: a pipe that nobody empties stops the program when it is full.
    let output = try makeOutput("stdout", in: capture)
    let errors = try makeOutput("stderr", in: capture)
    // A background job of a script ignores some signals, which is not tested here.
    let process = try ChildProcess(
      "/usr/bin/env",
      ["--default-signal", "/bin/sh", "-c", "cd \"$0\" && \(shell)", folder ?? ".", program]
        + arguments,
      environment: try makeEnvironment(environment), output: output.fileDescriptor,
      errors: errors.fileDescriptor)
    let deadline = Date(timeIntervalSinceNow: timeout)
    var signals = signals[...]
    while process.end == nil {
      if Date() > deadline { process.send(SIGKILL) }
      if let signal = signals.first, interrupt() {
        process.send(signal)
        signals = signals.dropFirst()
      }
      usleep(5000)
    }
    return Outcome(
      end: process.wait(), stdout: try text(of: "stdout", in: capture),
      stderr: try text(of: "stderr", in: capture))
  }

  /// Whether POCL offers a device. It differs from other drivers: it starts a thread for each CPU,
  /// and compiles kernels one after another, at their first launch.
  static let runsOnPOCL: Bool = {
    let devices = try? run(["devices"])
    return devices?.stdout.contains("Portable Computing Language") == true
  }()

  /// The environment with its own cache folder; the driver's compiled kernels stay where they are.
  static func environment(cache: String) -> [String: String?] {
    let old = ProcessInfo.processInfo.environment
    let caches = old["XDG_CACHE_HOME"] ?? "\(old["HOME"] ?? NSHomeDirectory())/.cache"
    return [
      "XDG_CACHE_HOME": cache, "POCL_CACHE_DIR": old["POCL_CACHE_DIR"] ?? "\(caches)/pocl/kcache",
    ]
  }

  /// The cache folder of all runs that have no other.
  private static let cache = Result {
    let folder = try TemporaryFolder()
    Self.folder = folder
    atexit { Gputrain.folder = nil }
    return folder.path
  }

  // Statics live to the end of the process, which runs no deinit.
  nonisolated(unsafe) private static var folder: TemporaryFolder?

  private static func makeOutput(_ name: String, in folder: TemporaryFolder) throws -> FileHandle {
    let path = "\(folder.path)/\(name)"
    try AtomicFile.write("", to: path)
    return try FileHandle(forWritingTo: URL(fileURLWithPath: path))
  }

  // NOTE: Foundation's String(contentsOfFile:) leaks 4 KiB if the file is empty.
  private static func text(of name: String, in folder: TemporaryFolder) throws -> String {
    String(
      decoding: try readFile(path: "\(folder.path)/\(name)", maximumBytes: 1 << 24), as: UTF8.self)
  }

  private static func makeEnvironment(_ changes: [String: String?]) throws -> [String: String] {
    let dropped = ["GPUTRAIN_DATA", "NO_COLOR", "http_proxy", "all_proxy", "ALL_PROXY"]
    var environment = ProcessInfo.processInfo.environment
    for name in dropped { environment[name] = nil }
    let own = Self.environment(cache: try cache.get())
    for (name, value) in own.merging(changes, uniquingKeysWith: { $1 }) {
      environment[name] = value
    }
    return environment
  }
}
