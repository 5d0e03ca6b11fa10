import GPUTensor
import TestSupport
import Testing

@testable import Models

/// A step copies nothing between host and device; an epoch reads losses back now and then.
@Suite struct TransferTests {
  /// Runs an epoch, with `extra` done in each progress report.
  private func transfersInAnEpoch(
    of model: any GenerativeModel.Type, steps: Int, extra: (Context) throws -> Void = { _ in }
  ) throws -> Int {
    let run = try ShortRun(model, steps: steps)
    let before = run.context.transfers.count
    _ = try run.trainer.training.run(onProgress: { _ in try extra(run.context) })
    return run.context.transfers.count - before
  }

  @Test(arguments: Models.all)
  func anEpochReadsLossesBackAtMostOnceInTenSteps(model: any GenerativeModel.Type) throws {
    let count = try transfersInAnEpoch(of: model, steps: 50)
    #expect((1...5).contains(count), "\(count) transfers in 50 steps of \(model.name)")
  }

  @Test func aTransferThatIsAddedIsCounted() throws {
    var added = 0
    let count = try transfersInAnEpoch(of: LinearVAE.self, steps: 100) { context in
      try Tensor(context, [1], label: "extra").write([0] as [Float])
      added += 1
    }
    #expect(added > 0)
    #expect(try count == transfersInAnEpoch(of: LinearVAE.self, steps: 100) + added)
  }
}
