import Files
import Foundation

/// A run of a sweep that is under way: `train`, and `evaluate` after it if that is asked for, each
/// in a process of its own. Their standard output is a pipe to this process, so they end when it
/// does, even if it is killed.
final class SweepTask {
  /// How a run ended.
  enum End {
    case complete
    /// With this exit code; the reason is one line.
    case failed(Int32, reason: String)
  }

  let run: SweepRun
  /// The index of the device; nil for the run's own choice.
  let device: String?
  let start = ContinuousClock.now
  private let folder: SweepFolder
  private let evaluates: Bool
  private var child: Child

  /// Starts what the run needs first.
  ///
  /// - Throws: `FileError` if the log cannot be written or the program does not start.
  init(
    _ run: SweepRun, in folder: SweepFolder, on device: String?, _ need: SweepFolder.Need,
    evaluates: Bool
  ) throws {
    (self.run, self.device, self.folder, self.evaluates) = (run, device, folder, evaluates)
    let path = folder.folder(of: run).path
    child = try Child(Self.words(need, run, in: path, on: device), log: folder.log(of: run))
  }

  /// The words of the command that does what a run needs.
  private static func words(
    _ need: SweepFolder.Need, _ run: SweepRun, in path: String, on device: String?
  ) -> [String] {
    let place = device.map { commandWords("--device", $0) } ?? []
    switch need {
    case .training:
      return ["train", "--stop-with-output", "--resume"] + commandWords("--out", path) + place
        + run.words
    case .evaluation:
      let own = run.settings.device.isEmpty ? [] : commandWords("--device", run.settings.device)
      let kernels = run.settings.kernelDir.map { commandWords("--kernel-dir", $0) } ?? []
      return ["evaluate", "--stop-with-output"] + (device == nil ? own : place) + kernels
        + ["--", path]
    }
  }

  /// Sees whether the run has ended, and starts the next command that it needs.
  ///
  /// - Returns: How it ended; nil while it is under way.
  /// - Throws: `FileError`.
  func poll() throws -> End? {
    guard let end = child.process.end else { return nil }
    guard end == .exited(EXIT_SUCCESS) else { return child.failure(end) }
    guard child.isTraining, evaluates, Interruption.signal == nil,
      folder.need(of: run, evaluates: true) == .evaluation
    else { return .complete }
    let words = Self.words(.evaluation, run, in: folder.folder(of: run).path, on: device)
    child = try Child(words, log: folder.log(of: run))
    return nil
  }

  /// Asks the run to stop; a training stops with a checkpoint.
  func stop() { child.process.send(SIGTERM) }

  /// Asks a training for a checkpoint. Before it has a folder it has nothing to keep, and would not
  /// expect the signal.
  func save() {
    if child.isTraining, FolderLock.isHeld(folder.folder(of: run).path) {
      child.process.send(SIGUSR1)
    }
  }
}

/// A command that another process of this program carries out. Its standard error is appended to a
/// log.
private struct Child {
  let process: ChildProcess
  let isTraining: Bool
  /// The other end of its standard output. It takes the few lines that a command prints there.
  private let lifeline: FileHandle
  private let log: String
  /// The size of the log before.
  private let logged: Int

  init(_ words: [String], log: String) throws {
    isTraining = words.first == "train"
    self.log = log
    let number = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o666)
    guard number >= 0 else { throw FileError(.write, log, code: errno) }
    let errors = FileHandle(fileDescriptor: number, closeOnDealloc: true)
    logged = Int(try errors.seekToEnd())
    let output = try Channel()
    process = try ChildProcess(
      "/proc/self/exe", words, output: output.writing.fileDescriptor,
      errors: errors.fileDescriptor)
    lifeline = output.reading
    try output.writing.close()
  }

  /// How it failed, in the words of its log.
  func failure(_ end: ChildProcess.End) -> SweepTask.End {
    switch end {
    case .exited(let code):
      return .failed(code, reason: error ?? "it ended with exit code \(code); see \(log)")
    case .killed(let signal):
      return .failed(
        ExitStatus.unavailable.rawValue, reason: "signal \(signal) ended it; see \(log)")
    }
  }

  /// The error that it printed; nil if it printed none.
  private var error: String? {
    guard let file = try? FileParts(log), file.size > logged else { return nil }
    let count = min(file.size - logged, 1 << 14)
    guard let bytes = try? file.read(at: file.size - count, count: count) else { return nil }
    let mark = "gputrain: "
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n")
      .last { $0.hasPrefix(mark) }.map { String($0.dropFirst(mark.count)) }
  }
}
