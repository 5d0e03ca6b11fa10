import Testing

/// `devices`.
@Suite struct DevicesCommandTests {
  @Test func listsTheDevicesAndMarksTheChosenOne() throws {
    let outcome = try Gputrain.run(["devices"])
    expectSuccess(outcome)
    #expect(outcome.stderr == "")
    let heads = outcome.stdoutLines.filter { $0.wholeMatch(of: /[* ] \d+:\d+  \w+  .+/) != nil }
    #expect(!heads.isEmpty)
    #expect(heads.filter { $0.hasPrefix("* ") }.count == 1)
    for fact in ["platform", "language", "memory", "compute"] {
      #expect(outcome.stdoutLines.filter { $0.hasPrefix("       \(fact) ") }.count == heads.count)
    }
    #expect(!outcome.stdout.contains("\u{1B}"))
  }

  @Test func marksWhatAnOptionOrTheEnvironmentAsksFor() throws {
    expectSuccess(try Gputrain.run(["devices", "--device", "0:0"]))
    let outcome = try Gputrain.run(["devices"], environment: ["GPUTRAIN_DEVICE": "0:0"])
    #expect(outcome.stdoutLines.contains { $0.hasPrefix("* 0:0  ") })
    #expect(outcome.stdoutLines.last == "* is used: GPUTRAIN_DEVICE=0:0 asks for it")
  }

  @Test func worksWithoutAHome() throws {
    let environment: [String: String?] = ["HOME": nil, "XDG_CACHE_HOME": nil]
    expectSuccess(try Gputrain.run(["devices"], environment: environment))
    expectSuccess(try Gputrain.run(["data", "list"], environment: environment))
  }
}
