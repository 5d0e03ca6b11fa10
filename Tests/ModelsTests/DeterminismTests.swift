import GPUTensor
import TestSupport
import Testing

@testable import GenerativeModels

/// The same seed and device give the same bits.
@Suite struct DeterminismTests {
  /// The state after an epoch of three steps, the last of them on a short batch.
  private func run(
    _ model: any GenerativeModel, _ family: KernelFamily = .auto, seed: UInt64,
    inOrder: Bool = false
  ) throws -> (state: [[UInt32]], metrics: [UInt64]) {
    let context = try testContext(family: family, profiling: inOrder)
    let run = try ShortRun(model, seed: seed, steps: 3, on: context)
    let metrics = try run.trainer.trainEpoch()
    return (try run.state(), metrics.map(\.bitPattern))
  }

  @Test(
    arguments: Models.paper.map { ($0, .auto) }
      + [(VAE.tiny, .workgroup)] as [(any GenerativeModel, KernelFamily)])
  func theSameSeedGivesTheSameBits(model: any GenerativeModel, family: KernelFamily) throws {
    let (first, second) = (try run(model, family, seed: 1), try run(model, family, seed: 1))
    #expect(first.state == second.state)
    #expect(first.metrics == second.metrics)
    let other = try run(model, family, seed: 2)
    for (tensor, others) in zip(first.state, other.state) { #expect(tensor != others) }
    #expect(first.metrics != other.metrics)
  }

  /// Launches may overtake others without an effect. A queue for profiling runs them in order.
  @Test(arguments: Models.paper)
  func theOrderOfLaunchesDoesNotMatter(model: any GenerativeModel) throws {
    let (free, ordered) = (try run(model, seed: 1), try run(model, seed: 1, inOrder: true))
    #expect(free.state == ordered.state)
    #expect(free.metrics == ordered.metrics)
  }
}
