import Files
import TestFiles
import Testing

/// Streams that are closed, full or broken do not crash the program.
@Suite struct StandardStreamsTests {
  @Test(
    arguments: [
      (#"exec "$@" >/dev/full"#, "No space left on device"),
      (#"exec "$@" >&-"#, "Bad file descriptor"),
    ])
  func resultsThatDoNotArrive(shell: String, reason: String) throws {
    for command in [["devices"], ["data", "list"]] {
      expectRefusal(
        try Gputrain.run(command, shell: shell), 74, "cannot write to standard output: \(reason)")
    }
  }

  @Test func aReaderThatIsGone() throws {
    let folder = try TemporaryFolder()
    let shell = #"{ sleep 0.2; "$@"; echo $? >status; } | :"#
    let outcome = try Gputrain.run(["devices"], in: folder.path, shell: shell)
    #expect(outcome.stderr == "gputrain: cannot write to standard output: Broken pipe\n")
    #expect(try readFile(path: folder.path + "/status", maximumBytes: 9) == Array("74\n".utf8))
  }

  /// The error is not printed, and nothing else changes.
  @Test(arguments: [#"exec "$@" 2>&-"#, #"exec "$@" 2>/dev/full"#, #"exec "$@" <&- 2>&-"#])
  func errorsThatDoNotArrive(shell: String) throws {
    let folder = try TemporaryFolder()
    let outcome = try Gputrain.run(
      ["train", "linear-vae", "--dataset", "./missing"], in: folder.path, shell: shell)
    #expect(outcome.status == 65)
    #expect(outcome.stdout == "" && outcome.stderr == "")
  }

  /// Otherwise metrics.csv would get a closed stream's number, and progress would be written into
  /// it.
  @Test func aRunWithoutAnyStream() throws {
    let folder = try TemporaryFolder()
    try TinyData.write(to: folder.path + "/data")
    let outcome = try Gputrain.run(
      RunFolderTests.options + ["--out", "run"], in: folder.path, shell: #"exec "$@" <&- 2>&-"#)
    #expect(outcome.status == 0)
    let metrics = try readFile(path: folder.path + "/run/metrics.csv", maximumBytes: 1000)
    let lines = String(decoding: metrics, as: UTF8.self).split(separator: "\n")
    #expect(lines.count == 2 && lines.allSatisfy { $0.split(separator: ",").count == 9 })
  }
}
