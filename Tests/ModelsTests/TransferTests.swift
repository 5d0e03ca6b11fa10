import GPUTensor
import TestSupport
import Testing

@testable import GenerativeModels

/// A step copies nothing between host and device and allocates nothing; an epoch reads losses back
/// from time to time.
@Suite struct TransferTests {
  /// The demands of an epoch on a device, besides its launches.
  private struct Demands: Equatable {
    /// Copies between host and device.
    var transfers: Int
    /// The peak of the allocated bytes, without those from before the epoch.
    var bytes: Int
  }

  /// Runs an epoch, with `extra` done in each progress report.
  private func demandsOfAnEpoch(
    of model: any GenerativeModel, steps: Int, extra: (Context) throws -> Void = { _ in }
  ) throws -> Demands {
    let run = try ShortRun(model, steps: steps)
    let (transfers, bytes) = (run.context.transfers.count, run.context.memory.current)
    try run.trainer.training.runEpoch(onProgress: { _ in try extra(run.context) })
    return Demands(
      transfers: run.context.transfers.count - transfers, bytes: run.context.memory.peak - bytes)
  }

  @Test(arguments: Models.paper)
  func anEpochReadsLossesBackAtMostOnceInTenSteps(model: any GenerativeModel) throws {
    let demands = try demandsOfAnEpoch(of: model, steps: 50)
    #expect((1...5).contains(demands.transfers), "\(demands) in 50 steps of \(model.name)")
    #expect(demands.bytes == 0, "\(demands) in 50 steps of \(model.name)")
  }

  @Test func addedDemandsAreCounted() throws {
    var added = 0
    let demands = try demandsOfAnEpoch(of: VAE.linear, steps: 100) { context in
      try Tensor(context, [1], label: "extra").write([0] as [Float])
      added += 1
    }
    #expect(added > 0 && demands.bytes > 0)
    let usual = try demandsOfAnEpoch(of: VAE.linear, steps: 100)
    #expect(demands.transfers == usual.transfers + added)
  }
}
