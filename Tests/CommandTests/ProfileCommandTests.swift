import Files
import Foundation
import TestFiles
import Testing

/// `profile`.
@Suite struct ProfileCommandTests {
  static let options = ["profile", "linear-gan", "--steps", "2", "--batch-size", "4"]

  @Test func jsonIsOneObjectWithItsFieldsAndTheTraceNests() throws {
    let folder = try TemporaryFolder()
    let outcome = try Gputrain.run(
      Self.options + ["--json", "--trace", "t.json"], in: folder.path)
    expectSuccess(outcome)
    try expectNests(folder.path + "/t.json", steps: 2)
    #expect(outcome.stdoutLines.count == 1)
    let parsed = try JSONSerialization.jsonObject(with: Data(outcome.stdout.utf8))
    let object = try #require(parsed as? [String: Any])
    let launches = try #require(object["launches"] as? [[String: Any]])
    #expect(object["launches_per_step"] as? Int == launches.count)
    #expect(launches.count >= 30)
    func number(_ entry: [String: Any], _ key: String) -> Double { entry[key] as? Double ?? .nan }
    for key in ["launches", "layers", "phases", "kernels"] {
      let entries = try #require(object[key] as? [[String: Any]])
      #expect(entries.compactMap { $0["calls"] as? Int }.reduce(0, +) == launches.count, "\(key)")
      // Kernels and idle time make the whole step.
      let shares = entries.reduce(number(object, "idle_share")) { $0 + number($1, "share") }
      #expect(abs(shares - 1) < 0.01, "\(key)")
      for entry in entries {
        #expect(number(entry, "ms") >= 0 && number(entry, "gigabytes_per_second") > 0, "\(entry)")
        #expect(number(entry, "share_of_peak") > 0, "\(entry)")
        #expect(["compute", "memory"].contains(entry["bound"] as? String), "\(entry)")
      }
    }
    let phases = try #require(object["phases"] as? [[String: Any]])
    #expect(
      Set(phases.compactMap { $0["label"] as? String }) == [
        "data", "D step", "G step", "optimizer",
      ])
    let layers = try #require(object["layers"] as? [[String: Any]])
    #expect(layers.contains { $0["label"] as? String == "generator.out.6" })
    let product = try #require(
      launches.first { $0["label"] as? String == "discriminator.out.0.forward" })
    #expect(product["kernel"] as? String == "gemm_nn")
    #expect(number(product, "gflops") > 0)
    #expect(number(object, "step_ms") > number(object, "idle_ms"))
    let peaks = try #require(object["peaks"] as? [String: Any])
    #expect(number(peaks, "gflops") > 0.1 && number(peaks, "gigabytes_per_second") > 0.1)
  }

  @Test func withoutJSONItIsATable() throws {
    let outcome = try Gputrain.run(Self.options)
    expectSuccess(outcome)
    #expect(outcome.stdout.hasPrefix("linear-gan, batch 4, 2 steps on "))
    #expect(outcome.stdoutLines.contains { $0.hasPrefix("generator.out.6.backward_weight ") })
    #expect(outcome.stdoutLines.contains { $0.hasPrefix("gemm_tn ×8 ") })
    #expect(outcome.stdoutLines.allSatisfy { $0.count <= 100 })
  }

  @Test func aTraceThatCannotBeWritten() throws {
    let folder = try TemporaryFolder()
    expectRefusal(
      try Gputrain.run(Self.options + ["--trace", "no/t.json"], in: folder.path), 74,
      "cannot write no/t.json")
  }

  @Test func badStepsAreUsageErrors() throws {
    expectUsageError(
      try Gputrain.run(["profile", "linear-gan", "--steps", "0"]), "--steps must be between")
  }

  /// If the device's clock is unusable, the host's clock is used.
  @Test(arguments: ["refused", "none", "zero", "backwards", "jump", "coarse"])
  func aDeviceWithAnUnusableClock(clock: String) throws {
    let launches = try launches(clock, timedBy: "host")
    #expect(launches.allSatisfy { $0["ms"] as? Double ?? 0 > 1e-4 })
    if clock == "refused" { _ = try table(clock, timedBy: "host") }
  }

  /// If the device's clock is too coarse for some launches, they have no rates.
  @Test func launchesThatTakeNoTime() throws {
    let table = try table("some", timedBy: "device")
    let launches = try launches("some", timedBy: "device")
    let line = try #require(
      table.first { $0.wholeMatch(of: /[\w.]+ +0.000 +0.0 +– +– +– %  \w+/) != nil })
    #expect(line.hasSuffix("memory"))
    let zeros = launches.filter { $0["ms"] as? Double == 0 }
    #expect(zeros.count >= launches.count / 4 && zeros.count < launches.count)
    for launch in launches {
      for rate in ["gflops", "gigabytes_per_second", "share_of_peak"] {
        #expect((launch[rate] == nil) == (launch["ms"] as? Double == 0), "\(launch)")
      }
    }
  }

  /// The lines of the table on a device with this kind of clock, as `FaultyDriver.c` names it.
  /// Expects that the clock of `name` was used.
  private func table(_ clock: String, timedBy name: String) throws -> [Substring] {
    let outcome = try Gputrain.run(
      Self.options, environment: try FaultyDriver.environment(clock: clock))
    expectSuccess(outcome)
    #expect(outcome.stdoutLines.contains { $0.hasSuffix("; times by the \(name)'s clock") })
    #expect(outcome.stdoutLines.allSatisfy { $0.count <= 100 })
    return outcome.stdoutLines
  }

  /// The launches of `--json`, on the same device. Also expects a valid trace.
  private func launches(_ clock: String, timedBy name: String) throws -> [[String: Any]] {
    let folder = try TemporaryFolder()
    let outcome = try Gputrain.run(
      Self.options + ["--json", "--trace", "t.json"],
      environment: try FaultyDriver.environment(clock: clock), in: folder.path)
    expectSuccess(outcome)
    try expectNests(folder.path + "/t.json", steps: 2)
    let object = try JSONSerialization.jsonObject(with: Data(outcome.stdout.utf8))
    let fields = try #require(object as? [String: Any])
    #expect(fields["clock"] as? String == name)
    return try #require(fields["launches"] as? [[String: Any]])
  }

  /// Other commands that time kernels use the host's clock too.
  @Test(arguments: [("refused", "tune"), ("none", "selftest"), ("jump", "selftest")])
  func otherCommandsWithAnUnusableClock(clock: String, command: String) throws {
    let cache = try TemporaryFolder()
    // A short last batch, such as that of batches of 64, reads missing images if it runs out of
    // order.
    let options =
      command == "tune"
      ? ["tune", "linear-vae", "--seconds", "1", "--batch-size", "64"]
      : ["selftest", "--model", "linear-vae", "--batch-size", "4"]
    expectSuccess(
      try Gputrain.run(
        options,
        environment: Gputrain.environment(cache: cache.path).merging(
          try FaultyDriver.environment(clock: clock)
        ) { $1 }))
  }

  /// Expects strict JSON with `count` steps, and the launches of each within it, without overlaps.
  private func expectNests(
    _ path: String, steps count: Int, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let bytes = try readFile(path: path, maximumBytes: 1 << 24)
    let parsed = try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any]
    let events = try #require(parsed?["traceEvents"] as? [[String: Any]])
    let bars = events.filter { $0["ph"] as? String == "X" }
    /// The time of an event, in whole nanoseconds.
    func span(_ event: [String: Any]) -> ClosedRange<Int>? {
      guard let start = event["ts"] as? Double, let length = event["dur"] as? Double, length >= 0
      else { return nil }
      let end = ((start + length) * 1e3).rounded()
      return Int((start * 1e3).rounded())...Int(end)
    }
    let steps = bars.filter { $0["cat"] as? String == "step" }.compactMap(span)
    let launches = bars.filter { $0["cat"] as? String != "step" }.compactMap(span)
    #expect(
      steps.count == count && launches.count + count == bars.count
        && launches.count >= 30 * count, sourceLocation: sourceLocation)
    for (index, launch) in launches.enumerated() {
      let step = steps[index * count / launches.count]
      #expect(step.clamped(to: launch) == launch, sourceLocation: sourceLocation)
    }
    for spans in [steps, launches] {
      for (one, next) in zip(spans, spans.dropFirst()) {
        #expect(one.upperBound <= next.lowerBound, sourceLocation: sourceLocation)
      }
    }
  }
}
