import Foundation
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
    let kernels = try #require(object["kernels"] as? [[String: Any]])
    #expect(object["launches_per_step"] as? Int == launches.count)
    #expect(launches.count >= 30)
    for entries in [launches, kernels] {
      let shares = entries.compactMap { $0["share"] as? Double }
      #expect(shares.count == entries.count && abs(shares.reduce(0, +) - 1) < 1e-6)
      #expect(entries.allSatisfy { ($0["median_ms"] as? Double).map { $0 >= 0 } ?? false })
    }
    #expect(kernels.compactMap { $0["calls"] as? Int }.reduce(0, +) == launches.count)
    let product = try #require(
      launches.first { $0["label"] as? String == "discriminator.out.0.forward" })
    #expect(product["kernel"] as? String == "gemm_nn")
    #expect((product["gflops"] as? Double).map { $0 > 0 } ?? false)
    #expect((object["median_ms"] as? Double).map { $0 > 0 } ?? false)
  }

  @Test func withoutJSONItIsATable() throws {
    let outcome = try Gputrain.run(Self.options)
    expectSuccess(outcome)
    #expect(outcome.stdout.hasPrefix("linear-gan, batch 4, 2 steps on "))
    #expect(outcome.stdoutLines.contains { $0.contains("generator.out.6.backward_weight") })
    #expect(outcome.stdoutLines.contains { $0.contains("gemm_tn ×8") })
  }

  @Test func badStepsAreBadUsage() throws {
    expectUsageError(
      try Gputrain.run(["profile", "linear-gan", "--steps", "0"]), "--steps must be between")
  }
}
