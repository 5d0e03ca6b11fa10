import Testing

@testable import gputrain

/// The conclusions of `paper` from measured distances.
struct PaperComparisonTests {
  private func point(
    _ model: String, _ epoch: Int, _ seconds: Double, _ distance: Double
  ) -> PaperComparison.Point {
    PaperComparison.Point(
      model: model, epoch: epoch, seconds: seconds,
      evaluation: Evaluation(
        checkpoint: "c", model: model, samples: 8, seed: 1, dataset: "d", trainingImages: 8,
        dataSha256: "e",
        device: "d",
        classifier: ClassifierCache.Identity(seed: 1, sha256: "f", accuracy: 1),
        values: [.frechetDistance: distance, .recall: 0.5],
        baseline: [.frechetDistance: 0.25]))
  }

  @Test func checksThePapersConclusions() throws {
    let comparison = PaperComparison(points: [
      point("linear-gan", 1, 10, 40), point("linear-gan", 3, 30, 20),
      point("dcgan", 1, 100, 15), point("dcgan", 3, 300, 5),
      point("linear-vae", 1, 4, 50), point("linear-vae", 3, 12, 18),
      point("conv-vae", 1, 60, 12), point("conv-vae", 3, 180, 10),
    ])
    let conclusions = comparison.conclusions
    #expect(conclusions.count == 4)
    #expect(
      conclusions.map { String($0.title.split(separator: ": ").last ?? "") } == [
        "holds here", "holds here", "holds here in part", "In equal time",
      ])
    #expect(
      conclusions[0].text.hasSuffix(
        """
        After epoch 3, by Fréchet distance: dcgan 5 against linear-gan 20, dcgan 5 against \
        linear-vae 18, dcgan 5 against conv-vae 10.
        """))
    #expect(conclusions[2].text.contains("linear-gan 20 against"))
    #expect(
      conclusions[3].text.hasSuffix(
        """
        in the 12 s of training that linear-vae, the quickest, takes in all, it reaches a Fréchet \
        distance of 18; linear-gan to 40 (epoch 1), dcgan to 15 only after 100 s (epoch 1), \
        conv-vae to 12 only after 60 s (epoch 1).
        """))
    let table = try comparison.table()
    #expect(table.rows.count == 9)
    #expect(table.rows[3].prefix(4) == ["dcgan", "3", "300", "5"])
    #expect(table.rows[8].prefix(4) == ["baseline", "", "", "0.25"])
    #expect(
      comparison.chart.series.map(\.name) == ["linear-gan", "dcgan", "linear-vae", "conv-vae"])
  }

  @Test func leavesOutWhatWasNotMeasured() {
    let alone = PaperComparison(points: [point("conv-vae", 1, 60, 12)])
    #expect(alone.conclusions.isEmpty)
    let two = PaperComparison(points: [
      point("linear-vae", 1, 4, 8), point("conv-vae", 1, 60, 12),
    ])
    #expect(two.conclusions.count == 2)
    #expect(two.conclusions[0].title.hasSuffix(": does not hold here"))
  }
}
