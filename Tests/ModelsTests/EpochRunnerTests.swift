import GPUTensor
import TestSupport
import Testing

@testable import GenerativeModels

@Suite struct EpochRunnerTests {
  /// Images in batches of two. A list that no epoch runs would gather images that do not exist.
  @Test(arguments: [(1, 1), (2, 1), (3, 2), (4, 1)])
  func hasTheListsThatAnEpochRuns(images: Int, lists: Int) throws {
    let context = try testContext()
    let store = ImageStore(
      context, ImageStore.Layout(count: images, pixels: 16), batchSize: 2, label: "images")
    let trainer = try VAE.tiny.makeTrainer(
      TrainingOptions(for: VAE.tiny, batchSize: 2), train: store, validation: store, on: context)
    let runner = trainer.training
    #expect(runner.lists.count == lists)
    #expect(
      runner.lists.allSatisfy { list in
        (0..<runner.steps).contains { runner.list(after: $0) === list }
      })
  }
}
