import Reports
import Testing

@testable import gputrain

/// `paper`'s summary.csv, and the author's losses in it.
struct PaperSummaryTests {
  /// The metrics of a GAN for a number of epochs, with these rates.
  private func gan(_ epochs: Int, rates: [String] = []) throws -> CSVTable {
    var table = CSVTable(
      header: [
        "epoch", "d_loss", "d_loss_real", "d_loss_fake", "g_loss", "real_accuracy", "fake_accuracy",
        "seconds", "images_per_second",
      ])
    for epoch in 1...epochs {
      let rate = rates.isEmpty ? "100" : rates[epoch - 1]
      try table.append(["\(epoch)", "1.25", "0.5", "0.75", "2", "0.9", "0.8", "10", rate])
    }
    return table
  }

  private func vae(_ epochs: Int) throws -> CSVTable {
    var table = CSVTable(header: ["epoch", "train_loss", "train_kl", "val_loss"])
    for epoch in 1...epochs { try table.append(["\(epoch)", "130", "20", "128"]) }
    return table
  }

  @Test func everyLossStandsBesideTheAuthors() throws {
    let summary = try PaperSummary(
      [("linear-gan", try gan(6)), ("linear-vae", try vae(6))], isWholeMNIST: true)
    let meaning = "first batch of the epoch"
    #expect(
      summary.table.rows.prefix(6) == [
        ["linear-gan", "d_loss", "6", "1.25", "6", "0.4195", meaning],
        ["linear-gan", "d_loss_real", "6", "0.5", "6", "0.2712", meaning],
        ["linear-gan", "d_loss_fake", "6", "0.75", "6", "0.1483", meaning],
        ["linear-gan", "g_loss", "6", "2", "6", "2.6775", meaning],
        ["linear-gan", "seconds", "6", "60", "", "", ""],
        ["linear-gan", "images_per_second", "6", "100", "", "", ""],
      ])
    #expect(summary.table.rows[6].suffix(5).prefix(4) == ["6", "130", "6", "128.152"])
    #expect(summary.table.rows[6].last == "mean over the epoch's images")
    #expect(
      summary.explanation.hasSuffix("d_loss_real is d_loss − d_loss_fake."))
  }

  @Test func otherDataHaveNoAuthor() throws {
    let summary = try PaperSummary([("linear-gan", try gan(6))], isWholeMNIST: false)
    #expect(summary.table.rows.count == 6)
    #expect(summary.table.rows.allSatisfy { $0.suffix(3) == ["", "", ""] })
    #expect(summary.explanation.hasSuffix("are shown only for runs on all of it."))
  }

  @Test func anEpochThatTrainedNothingHasNoRate() throws {
    let metrics = try gan(3, rates: ["100", "0", "300"])
    let summary = try PaperSummary([("dcgan", metrics)], isWholeMNIST: false)
    #expect(summary.table.rows.last?.prefix(4) == ["dcgan", "images_per_second", "3", "200"])
  }

  @Test(arguments: [
    ("linear-gan", ["d_loss", "d_loss_real", "d_loss_fake", "g_loss"], 77),
    ("dcgan", ["d_loss", "d_loss_real", "d_loss_fake", "g_loss"], 100),
    ("linear-vae", ["train_loss", "val_loss"], 100),
    ("conv-vae", ["train_loss", "val_loss"], 72),
  ])
  func theAuthorLoggedEveryEpoch(_ model: String, _ columns: [String], _ last: Int) {
    for column in columns {
      for epoch in 1...last {
        let value = AuthorLosses.value(model, column, upTo: epoch)
        #expect(value?.epoch == epoch && value.map { (0.05..<400).contains($0.loss) } == true)
      }
      let beyond = AuthorLosses.value(model, column, upTo: last + 50)
      #expect(beyond?.epoch == last)
      #expect(beyond?.loss == AuthorLosses.value(model, column, upTo: last)?.loss)
      #expect(AuthorLosses.value(model, column, upTo: 0) == nil)
    }
    #expect(AuthorLosses.value(model, "train_kl", upTo: 1) == nil)
  }
}
