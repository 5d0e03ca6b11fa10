import GPUTensor
import Testing

@testable import GenerativeModels

/// The same seed and device give the same bits.
@Suite struct DeterminismTests {
  /// The state after an epoch of three steps, the last of them on a short batch.
  private func run(
    _ model: any GenerativeModel, seed: UInt64, inOrder: Bool = false
  ) throws -> (state: [[UInt32]], metrics: [UInt64]) {
    let run = try ShortRun(model, seed: seed, steps: 3, profiling: inOrder)
    let metrics = try run.trainer.trainEpoch()
    return (try run.state(), metrics.map(\.bitPattern))
  }

  @Test(arguments: Models.all)
  func theSameSeedGivesTheSameBits(model: any GenerativeModel) throws {
    let (first, second) = (try run(model, seed: 1), try run(model, seed: 1))
    #expect(first.state == second.state)
    #expect(first.metrics == second.metrics)
    let other = try run(model, seed: 2)
    for (tensor, others) in zip(first.state, other.state) { #expect(tensor != others) }
    #expect(first.metrics != other.metrics)
  }

  /// Launches may overtake others without an effect. A queue for profiling runs them in order.
  @Test(arguments: Models.all)
  func theOrderOfLaunchesDoesNotMatter(model: any GenerativeModel) throws {
    let (free, ordered) = (try run(model, seed: 1), try run(model, seed: 1, inOrder: true))
    #expect(free.state == ordered.state)
    #expect(free.metrics == ordered.metrics)
  }
}
