import GenerativeModels
import Reports
import Testing

@testable import gputrain

/// The lines of epochs on a terminal.
@Suite struct EpochTableTests {
  private func lines(_ model: any GenerativeModel, _ metrics: [[Double]], width: Int) -> [String] {
    var table = EpochTable(
      metricNames: model.metricNames, epochs: 10, after: CSVTable(header: ["epoch"]))
    return metrics.enumerated().flatMap { index, values in
      table.add(
        EpochResult(epoch: index + 9, metrics: values, seconds: 83, imagesPerSecond: 52_123),
        width: width - 1)
    }
  }

  @Test(arguments: [60, 80, 120])
  func aVAEShowsItsLossesAndMarksTheBest(columns: Int) {
    let text = lines(
      VAE.linear, [[105.3149, 80, 25, 114.93, 90, 24], [104.9, 80, 24, 115.08, 91, 24]],
      width: columns)
    #expect(
      text == [
        "epoch  train_loss   val_loss          time  images/s",
        " 9/10      105.31     114.93 best     1:23     52.1k",
        "10/10       104.9     115.08          1:23     52.1k",
      ])
  }

  @Test(arguments: [60, 80, 120])
  func aGANLeavesOutItsAccuraciesFirst(columns: Int) {
    let text = lines(GAN.linear, [[1.3863, 0.7, 0.6863, 0.69315, 0.5, 0.625]], width: columns)
    let losses = ["epoch     d_loss     g_loss", " 9/10     1.3863    0.69315"]
    let accuracies = ["  real_accuracy  fake_accuracy", "            0.5          0.625"]
    let rates = ["     time  images/s", "     1:23     52.1k"]
    for row in 0...1 {
      #expect(text[row] == losses[row] + (columns < 80 ? "" : accuracies[row]) + rates[row])
      #expect(text[row].count < columns)
    }
  }

  @Test func aResumedRunKnowsTheBestBefore() throws {
    let metrics = try CSVTable(parsing: "epoch,val_loss\n1,114.9\n2,120\n")
    var table = EpochTable(metricNames: ["val_loss"], epochs: 3, after: metrics)
    let result = EpochResult(epoch: 3, metrics: [115.08], seconds: 1, imagesPerSecond: 9)
    #expect(table.add(result, width: nil).last?.contains("best") == false)
    #expect(table.conclusion(result) == "Done: 3 epochs, val_loss 115.1 (best 114.9, epoch 1).")
  }
}
