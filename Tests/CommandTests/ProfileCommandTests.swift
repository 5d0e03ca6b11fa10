import Files
import Foundation
import TestFiles
import Testing

/// `profile`.
@Suite struct ProfileCommandTests {
  static let options = ["profile", "linear-gan", "--steps", "2", "--batch-size", "4"]

  @Test func jsonIsOneObjectWithItsFields() throws {
    let outcome = try Gputrain.run(Self.options + ["--json"])
    expectSuccess(outcome)
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

  /// Strict JSON; a step's launches lie within it and do not overlap.
  @Test func theTraceNests() throws {
    let folder = try TemporaryFolder()
    let outcome = try Gputrain.run(Self.options + ["--trace", "t.json"], in: folder.path)
    expectSuccess(outcome)
    let bytes = try readFile(path: folder.path + "/t.json", maximumBytes: 1 << 24)
    let parsed = try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any]
    let events = try #require(parsed?["traceEvents"] as? [[String: Any]])
    let bars = events.filter { $0["ph"] as? String == "X" }
    func span(_ event: [String: Any]) -> ClosedRange<Double>? {
      guard let start = event["ts"] as? Double, let length = event["dur"] as? Double else {
        return nil
      }
      return start...start + length
    }
    let steps = bars.filter { $0["cat"] as? String == "step" }.compactMap(span)
    let launches = bars.filter { $0["cat"] as? String != "step" }.compactMap(span)
    #expect(steps.count == 2 && launches.count + 2 == bars.count && launches.count >= 60)
    for launch in launches {
      #expect(steps.contains { $0.contains(launch.lowerBound) && $0.contains(launch.upperBound) })
    }
    for (one, next) in zip(launches, launches.dropFirst()) {
      #expect(one.upperBound <= next.lowerBound + 1e-6)
    }
    expectRefusal(
      try Gputrain.run(Self.options + ["--trace", "no/t.json"], in: folder.path), 74,
      "cannot write no/t.json")
  }

  @Test func badStepsAreBadUsage() throws {
    expectUsageError(
      try Gputrain.run(["profile", "linear-gan", "--steps", "0"]), "--steps must be between")
  }
}
