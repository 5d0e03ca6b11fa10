import Files
import Foundation
import Images
import TerminalGraphics
import TestFiles
import Testing

@testable import gputrain

/// What `compare` and `sweep` find in run folders, which are written by hand.
@Suite struct RunComparisonTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Writes three runs of one group, whose last common epoch is 2, and one of another.
  private func writeSeeds() throws {
    let losses = [["9,20", "8,10"], ["9,13", "8,12"], ["9,18", "8,17", "7,1"]]
    for (seed, rows) in losses.enumerated() {
      try WrittenRun(seed: seed + 1, rows: rows).write(to: "\(folder.path)/slow-\(seed + 1)")
    }
    try WrittenRun(learningRate: 0.01, rows: ["5,7", "5,8"]).write(to: folder.path + "/fast")
  }

  private func comparison(after epoch: Int? = nil) throws -> RunComparison {
    RunComparison(of: try RunOverview.folders(below: [folder.path]), after: epoch)
  }

  @Test func meansAndDeviations() {
    // 10, 12 and 17: the squares of 3, 1 and 4 sum to 26, and 26 / 2 = 13.
    let spread = Spread([10, nil, 12, .nan, 17])
    #expect(spread?.mean == 13 && spread?.count == 3)
    #expect(spread?.deviation == 13.0.squareRoot())
    #expect(spread?.text == "13.00 ± 3.6")
    #expect(Spread([2.5])?.text == "2.500" && Spread([2.5])?.deviation == nil)
    #expect(Spread([0.9, 0.9, 0.9])?.text == "0.9000 ± 0")
    #expect(Spread([1000, 3000])?.text == "2000 ± 1414")
    #expect(Spread([.infinity, nil]) == nil)
  }

  @Test func seedsAreAGroup() throws {
    try writeSeeds()
    let comparison = try comparison()
    #expect(comparison.epoch == 2 && comparison.notes == [])
    let lines = comparison.lines(width: 80)
    for line in [
      "A     1  learning-rate 0.01", "B     3  learning-rate 0.001", "learning-rate  0.01  0.001",
      "seed           1     1, 2, 3",
      "After epoch 2, the last that all have: mean ± standard deviation",
      "A  learning-rate 0.01      1         7.000 @1        8.000       5.000",
      // The lowest are 10, 12 and 17 of epoch 2, though the third run has a lower one later.
      "B  learning-rate 0.001     3   13.00 ± 3.6 @2  13.00 ± 3.6   8.000 ± 0",
    ] {
      #expect(lines.contains(line), "\(line) in \(lines.joined(separator: "\n"))")
    }
    #expect(!lines.joined().contains("images/s") && !lines.joined().contains("batch-size"))
    #expect(comparison.speedLines(width: 80).contains("A  fast          50    2.000  device"))
    // The results of each run.
    #expect(lines.contains("B  slow-3     3     3/2         17.00 @2     17.00       8.000"))
  }

  @Test func anEpochMayBeAskedFor() throws {
    try writeSeeds()
    let comparison = try comparison(after: 1)
    #expect(comparison.lines(width: 80).contains { $0.hasPrefix("After epoch 1: mean") })
    // 20, 13 and 18: 17 ± 3.6.
    #expect(comparison.groups[1].runs.map { $0.value("val_loss", after: 1) } == [20, 13, 18])
    #expect(
      try self.comparison(after: 3).notes.filter { $0.contains("has only 2 of 3") }.count == 3)
  }

  @Test func settingsThatResultsDoNotDependOnMakeNoGroups() throws {
    let rows = ["1,2"]
    try WrittenRun(seed: 1, rows: rows).write(to: folder.path + "/a")
    try WrittenRun(seed: 2, device: "other", fields: ["\"tuning\": {\"x\": \"y\"}"], rows: rows)
      .write(to: folder.path + "/b")
    try WrittenRun(seed: 3, fields: ["\"keep\": 3"], rows: rows).write(to: folder.path + "/c")
    #expect(try comparison().groups.map(\.runs.count) == [3])
    // Tuned and not tuned on one device.
    try WrittenRun(seed: 4, fields: ["\"tuning\": {\"x\": \"y\"}"], rows: rows)
      .write(to: folder.path + "/d")
    #expect(try comparison().groups.map(\.runs.count) == [2, 2])
    // The same seed again, and other images of the same name.
    try WrittenRun(seed: 1, fields: ["\"limit\": 5"], rows: rows).write(to: folder.path + "/e")
    try WrittenRun(seed: 1, fields: ["\"limit\": 5"], rows: rows).write(to: folder.path + "/f")
    #expect(
      try comparison().notes == [
        "group C has a seed more than once on one device, which gives the same numbers"
      ])
    try edit("f/run.json") {
      $0.replacing("\"data_sha256\": \"d\"", with: "\"data_sha256\": \"e\"")
    }
    #expect(try comparison().groups.map(\.runs.count) == [2, 2, 1, 1])
    #expect(try comparison().settings.last?.name == "content of the data")
  }

  private func edit(_ file: String, _ change: (String) -> String) throws {
    let path = "\(folder.path)/\(file)"
    let text = String(decoding: try readFile(path: path, maximumBytes: 1 << 20), as: UTF8.self)
    #expect(change(text) != text)
    try AtomicFile.write(change(text), to: path)
  }

  @Test func theDiscriminatorWins() throws {
    let (balanced, won) = (
      ["1,1,0.99,0.97", "1,1,0.98,0.96"], ["1,1,0.9,0.9", "0.1,4,0.971,0.98"]
    )
    for (seed, rows) in [balanced, won, won].enumerated() {
      try WrittenRun(
        model: "linear-gan", seed: seed, header: WrittenRun.headerOfGAN, rows: rows
      ).write(to: "\(folder.path)/\(seed)")
    }
    try AtomicFile.write("it diverged\n", to: folder.path + "/2/diverged.txt")
    try edit("2/run.json") { $0.replacing("\"epochs\": 2", with: "\"epochs\": 9") }
    try edit("2/metrics.csv") { $0.replacing(/\n2,.*/, with: "") }
    for seed in 0..<2 {
      try edit("\(seed)/run.json") { $0.replacing("\"epochs\": 2", with: "\"epochs\": 9") }
    }
    let comparison = try comparison()
    #expect(comparison.runs.map { $0.epochLost(upTo: 2) } == [nil, 2, nil])
    #expect(comparison.runs[1].epochLost(upTo: 1) == nil)
    // The one that diverged does not decide which epoch is compared.
    #expect(comparison.epoch == 2 && comparison.notes == ["\(folder.path)/2 diverged in epoch 2"])
    let lines = comparison.lines(width: nil)
    #expect(
      lines.contains { $0.hasPrefix("A  linear-gan  2 of 3    1 of 3  1 of 3  0.5500 ± 0.64") })
    let summary = comparison.summary.groups[0]
    #expect(summary.discriminatorWon == 1 && summary.diverged == 1)
    #expect(summary.runs[1].discriminatorWonIn == 2 && summary.results["d_loss"]?.count == 2)
  }

  @Test func manyGroupsFitATerminal() throws {
    for place in 0..<14 {
      let run = "\(folder.path)/a-folder-with-a-long-name-\(place / 2 * 3)/\(place)"
      try WrittenRun(
        seed: place % 2 + 1, learningRate: 0.001 * Double(place / 2 + 1),
        fields: ["\"dataset\": \"/a/long/path/of/a/data/set\""], rows: ["1,2"]
      ).write(to: run)
      try AtomicFile.write(
        """
        {"checkpoint": "c", "dataset": "d", "data_sha256": "f", "device": "d", "model": "m",
        "samples": \(8 + place % 3), "seed": 1, "training_images": 9, "epoch": 1, "elbo": -98.25,
        "frechet_distance": 12.5, "baseline": {"frechet_distance": 1.5}}
        """, to: run + "/evaluation.json")
    }
    let lines = try comparison().lines(width: 80)
    #expect(lines.allSatisfy { $0.count <= 80 }, "\(lines)")
    for text in ["Fréchet distance", "ELBO", "real images", "differ in their number of images"] {
      #expect(lines.contains { $0.contains(text) }, "\(text)")
    }
    #expect(lines.contains { $0.hasPrefix("Fréchet distance  less    12.50 ± 0") }, "\(lines)")
  }

  @Test func aPageHasSamplesOfEqualEpochs() throws {
    try writeSeeds()
    let shape = ImageShape(height: 2, width: 3, channels: 1)
    let png = Data(try Picture(shape: shape, shade: 200).png())
    for name in ["fast", "slow-1", "slow-2", "slow-3"] {
      for epoch in name == "slow-2" ? [1, 2] : [1, 2, 3] {
        try folder.write(Array(png), to: "\(name)/samples/epoch-000\(epoch).png")
      }
    }
    try folder.write([1, 2], to: "slow-3/samples/epoch-0001.png")
    let path = folder.path + "/page.html"
    try comparison().write(page: path)
    let page = String(decoding: try readFile(path: path, maximumBytes: 1 << 20), as: UTF8.self)
    // Four after epoch 2 and three after epoch 1, in which one is damaged.
    #expect(page.components(separatedBy: "base64,\(png.base64EncodedString())").count == 8)
    #expect(page.contains(">After epoch 2:<") && !page.contains(">After epoch 3:<"))
    #expect(page.contains(">13.00 ± 3.6</td>") && page.contains(">val_loss</text>"))
    #expect(!page.contains("images/s"))
    // A line for each run, in a chart for wide and one for narrow windows.
    let lines = page.components(separatedBy: "aria-label=\"val_loss\"").dropFirst().map {
      $0.prefix { $0 != "§" }.components(separatedBy: "</svg>")[0]
        .components(separatedBy: "<polyline").count - 1
    }
    // Two more in the legend.
    #expect(lines == [6, 6])
    for foreign in ["http:", "https:", "<script src", "<link", "@import", "url("] {
      #expect(!page.contains(foreign), "\(foreign)")
    }
    let curves = try comparison().curveLines(width: 60, style: .plain)
    #expect(curves.dropFirst().first == "val_loss" && curves[2].contains("A  learning-rate 0.01"))
    let pictures = try comparison().sampleLines(width: 80, style: .plain)
    #expect(pictures[1] == "Samples after epoch 2" && pictures[2].contains("B  slow-1"))
  }

  @Test func metricsOfOneModelAlone() throws {
    try WrittenRun(rows: ["1,2"]).write(to: folder.path + "/vae")
    try WrittenRun(model: "linear-gan", header: WrittenRun.headerOfGAN, rows: ["1,2,0.5,0.5"])
      .write(to: folder.path + "/gan")
    let lines = try comparison().lines(width: 80)
    #expect(lines.filter { $0 == "After epoch 1" }.count == 2)
    #expect(try comparison().curveLines(width: 80, style: .plain).isEmpty)
    let path = folder.path + "/page.html"
    try comparison().write(page: path, hasSpeed: true)
    let page = String(decoding: try readFile(path: path, maximumBytes: 1 << 20), as: UTF8.self)
    #expect(page.contains("Only one run has train_loss, val_loss, d_loss, g_loss, real_accuracy"))
    #expect(page.contains("<h2>Speed</h2>") && !page.contains("<svg"))
  }
}
