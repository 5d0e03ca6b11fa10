import Foundation
import TestFiles
import Testing

/// Warnings of a training that is likely to fail.
@Suite struct WarningTests {
  /// The generator does not learn, and the discriminator recognizes its images in every epoch but
  /// the first.
  @Test func isGivenOnceInARun() throws {
    let folder = try TemporaryFolder()
    try TinyData.write(to: folder.path + "/data", changing: TinyData.trainFiles(400))
    let options = [
      "train", "linear-gan", "--dataset", "./data", "--batch-size", "8", "--learning-rate", "1e-9",
      "--discriminator-learning-rate", "0.001", "--out", "run",
    ]
    let first = try Gputrain.run(options + ["--epochs", "3"], in: folder.path)
    expectSuccess(first)
    let warnings = first.stderrLines.filter { $0.hasPrefix("warning: ") }
    #expect(warnings.count == 1, "\(first)")
    let words = /warning: epoch \d: the discriminator has won: it recognized more than 97 % of .+/
    #expect(try words.wholeMatch(in: warnings.first ?? "") != nil, "\(warnings)")

    let resumed = try Gputrain.run(options + ["--epochs", "4", "--resume"], in: folder.path)
    expectSuccess(resumed)
    #expect(!resumed.stderr.contains("warning"), "\(resumed)")
    // There was a reason to warn again.
    let table = try String(contentsOfFile: folder.path + "/run/metrics.csv", encoding: .utf8)
      .split(separator: "\n").map { $0.split(separator: ",") }
    for name in ["real_accuracy", "fake_accuracy"] {
      let column = try #require(table[0].firstIndex { $0 == name })
      for row in table.dropFirst(3) { #expect(try #require(Double(row[column])) > 0.97) }
    }
    #expect(table.count == 5)
  }
}
