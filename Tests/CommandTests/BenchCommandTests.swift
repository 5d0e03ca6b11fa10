import Files
import Foundation
import GPUTensor
import TestFiles
import Testing

/// `bench`.
@Suite struct BenchCommandTests {
  static let options = ["bench", "linear-vae", "--steps", "20", "--batch-size", "4"]

  @Test func jsonIsOneObjectWithItsFields() throws {
    let clock = ContinuousClock()
    let begin = clock.now
    let outcome = try Gputrain.run(Self.options + ["--json"])
    expectSuccess(outcome)
    #expect(outcome.stdoutLines.count == 1)
    #expect(outcome.stderrLines.allSatisfy { $0.hasPrefix("device: ") })
    let parsed = try JSONSerialization.jsonObject(with: Data(outcome.stdout.utf8))
    let object = try #require(parsed as? [String: Any])
    func number(_ key: String) throws -> Double { try #require(object[key] as? Double, "\(key)") }
    let (minimum, median, maximum) = (
      try number("min_ms"), try number("median_ms"), try number("max_ms")
    )
    #expect(0 < minimum && minimum <= median && median <= maximum)
    // It cannot take longer than the test.
    #expect(try 0..<(clock.now - begin).seconds ~= number("first_step_s"))
    let pipelined = try number("pipelined_ms")
    let rate = try number("images_per_second")
    #expect(pipelined > 0)
    #expect(abs(rate * pipelined / 4000 - 1) < 1e-6)
    #expect(try number("gflops") > 0)
    #expect(try number("launches_per_step") >= 10)
    // Only losses are read back, once in 20 steps.
    #expect(try 0...0.1 ~= number("host_transfers_per_step"))
    // Parameters, gradients and two moments take 3.8 MB each.
    let parameterBytes = 942_128.0 * 4
    #expect(try number("peak_device_bytes") > 4 * parameterBytes)
    #expect(object["batch"] as? Int == 4)
    #expect((object["device"] as? String)?.isEmpty == false)
  }

  /// Every command that trains on no data set takes them.
  @Test(arguments: [
    ["bench", "--steps", "2"], ["plan"], ["selftest", "--model"], ["models", "check"],
  ])
  func imagesOfAnyShape(command: [String]) throws {
    let folder = try TemporaryFolder()
    try AtomicFile.write(Self.coloured, to: folder.path + "/coloured.yaml")
    let outcome = try Gputrain.run(command + ["coloured.yaml"], in: folder.path)
    expectSuccess(outcome)
    #expect(outcome.stdout.contains("coloured"))
  }

  private static let coloured = """
    name: coloured
    kind: vae
    image: {height: 6, width: 5, channels: 3}
    latent: 4
    encoder:
      - conv2d: {name: conv, to: 8, stride: 3}
      - relu
      - linear: {name: fc, to: 8}
    decoder:
      - linear: {name: fc, to: 90}
      - reshape: [6, 5, 3]
      - sigmoid
    training: {batch_size: 4}
    """

  @Test func withoutJSONItIsATable() throws {
    let outcome = try Gputrain.run(Self.options)
    expectSuccess(outcome)
    #expect(outcome.stdout.hasPrefix("linear-vae, batch 4, 20 steps on "))
    #expect(outcome.stdout.contains("images/s"))
  }
}
