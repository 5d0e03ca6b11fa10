import GPUTensor
import TestSupport
import Testing

@testable import Models

/// A step copies nothing between host and device; an epoch reads losses back now and then.
@Suite struct TransferTests {
  /// Runs an epoch of 100 steps, with `extra` done in each progress report.
  private func transfersInAnEpoch(extra: (Context) throws -> Void = { _ in }) throws -> Int {
    let context = try testContext()
    var options = TrainingOptions(for: LinearVAE.self)
    options.batchSize = 4
    let pixels = [UInt8](repeating: 100, count: 400 * 784)
    let store = try ImageStore(context, pixels: pixels, count: 400, batchSize: 4, label: "images")
    let trainer = try VAETrainer(
      LinearVAE.self, options, train: store, validation: store, on: context)
    try CommandList.compile(trainer.lists)
    try trainer.initialize()
    let before = context.transfers.count
    _ = try trainer.trainEpoch { _ in try extra(context) }
    return context.transfers.count - before
  }

  @Test func anEpochReadsLossesBackAtMostOnceInTenSteps() throws {
    let count = try transfersInAnEpoch()
    #expect((1...10).contains(count), "\(count) transfers in 100 steps")
  }

  @Test func aTransferThatIsAddedIsCounted() throws {
    var added = 0
    let count = try transfersInAnEpoch { context in
      try Tensor(context, [1], label: "extra").write([0] as [Float])
      added += 1
    }
    #expect(added > 0)
    #expect(try count == transfersInAnEpoch() + added)
  }
}
