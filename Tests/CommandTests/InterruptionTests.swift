import Files
import Foundation
import SafeTensors
import TestFiles
import Testing

/// Signals: which of them stop a training, and that none loses its work.
@Suite struct InterruptionTests {
  /// Two epochs of 100 steps, with a checkpoint only at the end of each.
  private static let options = [
    "train", "linear-vae", "--dataset", "./data", "--epochs", "2", "--batch-size", "4",
    "--out", "run",
  ]

  private func makeFolder() throws -> TemporaryFolder {
    let folder = try TemporaryFolder()
    try TinyData.write(to: folder.path + "/data", changing: TinyData.trainFiles(400))
    return folder
  }

  private func last(_ folder: TemporaryFolder) -> String {
    folder.path + "/run/checkpoints/last.safetensors"
  }

  /// Runs the training and sends it signals shortly before its first step.
  private func run(
    _ folder: TemporaryFolder, _ signals: [Int32], environment: [String: String?] = [:],
    shell: String = #"exec "$@""#
  ) throws -> Gputrain.Outcome {
    try Gputrain.run(
      Self.options, environment: environment, in: folder.path, shell: shell, timeout: 120,
      signals: signals, interrupt: { exists(folder.path + "/run/metrics.csv") })
  }

  /// The signals come before there is any checkpoint.
  @Test(arguments: [
    [SIGTERM, SIGHUP], [SIGHUP, SIGHUP], [SIGTERM, SIGTERM], [SIGINT, SIGTERM, SIGTERM],
    [SIGTERM, SIGINT], [SIGXCPU, SIGXCPU, SIGHUP],
  ])
  func noMixtureOfSignalsLosesTheWork(signals: [Int32]) throws {
    let folder = try makeFolder()
    let outcome = try run(folder, signals)
    // The system may deliver any of the pending signals first.
    let status = try #require(outcome.status)
    #expect(signals.contains(status - 128), "\(outcome)")
    expectRefusal(
      outcome, status,
      "stopped as asked; the last checkpoint is run/checkpoints/last.safetensors (epochs done: 0")
    let steps = try #require(try Tensors.read(last(folder)).metadata["step"].flatMap { Int($0) })
    #expect((1..<100).contains(steps))
  }

  /// The user could not read what a second Ctrl-C does.
  @Test(arguments: [#"exec "$@" 2>/dev/full"#, #"exec "$@" 2>&-"#])
  func aSecondCtrlCWithoutAWarning(shell: String) throws {
    let folder = try makeFolder()
    let outcome = try run(folder, [SIGINT, SIGINT, SIGINT], shell: shell)
    #expect(outcome.status == 130, "\(outcome)")
    #expect(exists(last(folder)))
  }

  /// A terminal after Ctrl-S accepts nothing, just as a pipe that nobody reads.
  @Test func outputThatNobodyReads() throws {
    let folder = try makeFolder()
    let pipe = folder.path + "/pipe"
    #expect(mkfifo(pipe, 0o600) == 0)
    let outcome = try Gputrain.run(
      Self.options, in: folder.path, shell: #"exec 3<>pipe; exec "$@" 2>&3"#, timeout: 120,
      signals: [SIGTERM],
      interrupt: {
        guard exists(folder.path + "/run/metrics.csv") else { return false }
        let end = open(pipe, O_WRONLY | O_NONBLOCK)
        defer { close(end) }
        for size in [4096, 1] {
          let bytes = [UInt8](repeating: 10, count: size)
          while write(end, bytes, size) > 0 {}
        }
        return true
      })
    #expect(outcome.status == 143, "\(outcome)")
    #expect(exists(last(folder)))
  }

  @Test func signalsIgnoredAtTheStartStayIgnored() throws {
    let folder = try makeFolder()
    let signals = [SIGINT, SIGHUP, SIGUSR1, SIGINT]
    let outcome = try run(folder, signals, shell: #"trap '' INT HUP USR1; exec "$@""#)
    expectSuccess(outcome)
    #expect(!outcome.stderr.contains("stopping") && !outcome.stderr.contains("SIGUSR1"))
  }

  @Test(arguments: [(SIGUSR1, "SIGUSR1"), (SIGUSR2, "SIGUSR2")])
  func aBatchQueueAsksForACheckpoint(signal: Int32, name: String) throws {
    let folder = try makeFolder()
    let outcome = try run(folder, [signal])
    expectSuccess(outcome)
    let lines = outcome.stderrLines.filter { $0.hasPrefix("checkpoint written on \(name): ") }
    #expect(lines.count == 1, "\(outcome)")
    #expect(lines.first?.contains("run/checkpoints/last.safetensors (epochs done: 0") == true)
    let whole = try makeFolder()
    expectSuccess(try run(whole, []))
    #expect(try Tensors.read(last(folder)) == Tensors.read(last(whole)))
  }

  /// The driver sleeps while memory is allocated. There is nothing to keep yet, and the folder is
  /// empty.
  @Test(arguments: [[SIGTERM], [SIGUSR1, SIGHUP]])
  func beforeTheFirstStep(signals: [Int32]) throws {
    let folder = try makeFolder()
    let outcome = try Gputrain.run(
      Self.options,
      environment: try FaultyDriver.environment("clCreateBuffer", from: 1, code: 600),
      in: folder.path, shell: #"exec "$@" 2>said"#, timeout: 120, signals: signals,
      interrupt: { said(folder).contains("clCreateBuffer sleeps") })
    #expect(outcome.status == signals.last.map { 128 + $0 }, "\(outcome)")
    #expect(said(folder).contains("\ngputrain: stopped at once; "))
    #expect(try folder.names().sorted() == ["data", "said"])
  }

  /// A signal stops the repetition of the steps since the last checkpoint.
  @Test func theSearchForANaN() throws {
    let folder = try makeFolder()
    let outcome = try Gputrain.run(
      Self.options, environment: ["GPUTRAIN_TEST_NAN": "encoder.2.weight@199"], in: folder.path,
      shell: #"exec "$@" 2>said"#, signals: [SIGTERM],
      interrupt: { said(folder).contains("looking for the cause") })
    #expect(outcome.status == 75, "\(outcome)")
    #expect(said(folder).contains("the cause was not found: the search was stopped as asked"))
    #expect(try Tensors.read(last(folder)).metadata["epoch"] == "1")
  }

  private func said(_ folder: TemporaryFolder) -> String {
    let bytes = try? readFile(path: folder.path + "/said", maximumBytes: 1 << 16)
    return String(decoding: bytes ?? [], as: UTF8.self)
  }
}
