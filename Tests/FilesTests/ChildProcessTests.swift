import Files
import Foundation
import TestFiles
import Testing

@Suite struct ChildProcessTests {
  private func start(
    _ script: String, _ arguments: String..., environment: [String: String] = [:],
    output: Int32 = STDOUT_FILENO
  ) throws -> ChildProcess {
    try ChildProcess(
      "/bin/sh", ["-c", script, "sh"] + arguments, environment: environment, output: output,
      errors: STDERR_FILENO)
  }

  @Test func argumentsEnvironmentAndOutputArePassed() throws {
    let channel = try Channel()
    let process = try start(
      #"cat; echo "$#" "$2" "$A""#, "x", "a b", environment: ["A": "ä="],
      output: channel.writing.fileDescriptor)
    try channel.writing.close()
    #expect(try channel.reading.readToEnd() == Data("2 a b ä=\n".utf8))
    #expect(process.wait() == .exited(0))
  }

  @Test(arguments: [0, 1, 127, 255]) func exitCode(code: Int32) throws {
    let process = try start("exit \(code)")
    #expect(process.wait() == .exited(code))
    #expect(process.end == .exited(code))
  }

  /// The program receives the signal even if this thread blocks it.
  @Test(arguments: [SIGINT, SIGTERM, SIGKILL]) func aSignalEndsIt(signal: Int32) throws {
    var (all, before) = (sigset_t(), sigset_t())
    sigfillset(&all)
    pthread_sigmask(SIG_SETMASK, &all, &before)
    let process = try start("exec sleep 60")
    pthread_sigmask(SIG_SETMASK, &before, nil)
    #expect(process.end == nil)
    process.send(signal)
    #expect(process.wait() == .killed(signal))
    process.send(signal)
  }

  @Test func aMissingProgramIsAnError() throws {
    let folder = try TemporaryFolder()
    #expect(throws: FileError.self) {
      try ChildProcess(folder.path + "/missing", [], output: STDOUT_FILENO, errors: STDERR_FILENO)
    }
  }
}
