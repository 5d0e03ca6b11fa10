import GPUTensor
import TestSupport
import Testing

@testable import GenerativeModels

@Suite struct GANTrainerTests {
  private func trainer(discriminatorLearningRate: Double? = nil) throws -> GANTrainer {
    let context = try testContext()
    let pixels = [UInt8](repeating: 100, count: 2 * 784)
    let store = try ImageStore(context, pixels: pixels, count: 2, batchSize: 2, label: "images")
    let options = TrainingOptions(
      for: GAN.linear, batchSize: 2,
      learning: LearningSettings(discriminatorLearningRate: discriminatorLearningRate))
    return try GANTrainer(GAN.linear, options, train: store, on: context)
  }

  /// The warning of the trainer after an epoch with these accuracies.
  private func warning(real: Double, fake: Double) throws -> TrainingWarning? {
    let trainer = try trainer()
    let losses = ["real_accuracy": real, "fake_accuracy": fake]
    return trainer.warning(after: trainer.lossNames.map { losses[$0] ?? 0.1 })
  }

  @Test func theDiscriminatorLearnsByItsOwnRate() throws {
    let trainer = try trainer(discriminatorLearningRate: 1e-30)
    try trainer.initialize()
    func values() throws -> [[[Float]]] {
      try trainer.parameterSets.map { try $0.parameters.map { try $0.value.floats() } }
    }
    let before = try values()
    try trainer.training.runEpoch()
    let after = try values()
    #expect(before[0] != after[0] && before[1] == after[1])
  }

  @Test func aDiscriminatorThatKnowsNearlyAllHasWon() throws {
    #expect(try warning(real: 0.98, fake: 0.99) == .discriminatorWon)
  }

  @Test(arguments: [(0.97, 0.99), (0.99, 0.97), (0.96, 0.96)])
  func aDiscriminatorThatErrsNowAndThenIsAhead(real: Double, fake: Double) throws {
    #expect(try warning(real: real, fake: fake) == .discriminatorAhead)
  }

  @Test(arguments: [(0.95, 0.99), (0.99, 0.95), (0.6, 0.6), (.nan, 0.99)])
  func aDiscriminatorThatErrsGivesNoWarning(real: Double, fake: Double) throws {
    #expect(try warning(real: real, fake: fake) == nil)
  }
}
