import Files
import Foundation
import TestFiles
import Testing

/// The CPUs that the program's threads run on, if it may not use all.
@Suite(.enabled(if: Gputrain.runsOnPOCL)) struct ProcessorTests {
  private let bench = ["bench", "linear-vae", "--steps", "1", "--batch-size", "4"]

  /// The CPUs that this process may use, as a list such as 0-3,6.
  private func allowed(_ process: String = "self") throws -> String {
    let status = try String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)
    let line = status.split(separator: "\n").first { $0.hasPrefix("Cpus_allowed_list:") }
    return try #require(line?.split(separator: "\t").last.map(String.init))
  }

  private func run(
    _ arguments: [String], prefix: String = "", _ environment: [String: String?] = [:]
  )
    throws -> Gputrain.Outcome
  {
    try Gputrain.run(
      arguments,
      environment: ["POCL_AFFINITY": nil, "POCL_MAX_PTHREAD_COUNT": nil]
        .merging(environment) { $1 },
      shell: #"exec \#(prefix) "$@""#)
  }

  @Test(arguments: ["1", "64"]) func anyNumberOfThreads(count: String) throws {
    expectSuccess(try run(["devices"], ["POCL_MAX_PTHREAD_COUNT": count]))
    expectSuccess(try run(bench, ["POCL_MAX_PTHREAD_COUNT": count]))
  }

  @Test func aMaskIsKept() throws {
    let last = try #require(try allowed().split { "-,".contains($0) }.last)
    let devices = try run(["devices"], prefix: "taskset -c \(last)")
    expectSuccess(devices)
    #expect(devices.stdout.contains(" 1 units"))
    let outcome = try run(bench, prefix: "taskset -c \(last)")
    expectSuccess(outcome)
  }

  /// Each of POCL's threads has a CPU of its own, if there are as many as CPUs.
  @Test func threadsAreSpreadOverTheMask() throws {
    let folder = try TemporaryFolder()
    var masks: Set<String> = []
    let outcome = try Gputrain.run(
      ["train", "linear-vae", "--dataset", "synthetic-digits", "--limit", "600", "--epochs", "50"],
      environment: ["POCL_AFFINITY": nil, "POCL_MAX_PTHREAD_COUNT": nil], in: folder.path,
      shell: #"echo $$ > id; exec "$@""#, signals: [SIGTERM]
    ) {
      guard isRegularFile("\(folder.path)/runs/linear-vae/metrics.csv"),
        let id = try? String(contentsOfFile: "\(folder.path)/id", encoding: .utf8)
          .trimmingCharacters(in: .whitespacesAndNewlines),
        let threads = try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(id)/task")
      else { return false }
      masks = Set(threads.compactMap { try? allowed("\(id)/task/\($0)") })
      return true
    }
    #expect(outcome.end == .exited(143))
    let cpus = ProcessInfo.processInfo.activeProcessorCount
    // The main thread may run on all of them.
    #expect(masks.count == (cpus > 1 ? cpus + 1 : 1), "\(masks)")
    #expect(masks.contains(try allowed()))
  }

  /// POCL would end the program: it pins thread i to CPU i.
  @Test func pinningThatTheUserAsksForAndCannotHave() throws {
    let outcome = try run(["devices"], ["POCL_AFFINITY": "1", "POCL_MAX_PTHREAD_COUNT": "4096"])
    expectRefusal(
      outcome, 69, "POCL_AFFINITY=1 pins POCL's threads to the CPUs from 0 to 4095, but")
    expectSuccess(try run(["devices"], ["POCL_AFFINITY": "0"]))
  }

  /// With little memory, the program works or prints why it cannot, whichever allocation fails. It
  /// then clears the cache of compiled kernels, so that each case has its own.
  @Test(arguments: [450_000, 600_000]) func littleMemory(kilobytes: Int) throws {
    let folder = try TemporaryFolder()
    let outcome = try Gputrain.run(
      bench, environment: ["POCL_CACHE_DIR": folder.path],
      shell: #"ulimit -v \#(kilobytes); exec "$@""#)
    #expect([.exited(0), .exited(69)].contains(outcome.end), "\(outcome.end) \(outcome.stderr)")
    if outcome.end == .exited(69) {
      #expect(outcome.stderrLines.last?.hasPrefix("gputrain: ") == true)
    }
  }
}
