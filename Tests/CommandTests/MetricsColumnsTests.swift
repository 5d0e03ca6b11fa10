import Files
import Foundation
import GenerativeModels
import Reports
import TestFiles
import Testing

@testable import gputrain

/// The checks of metrics.csv before a run resumes: if the file is refused, nothing is trained or
/// changed.
@Suite struct MetricsColumnsTests {
  private static let header = MetricsColumns.names(of: VAE.linear)
  private let folder: TemporaryFolder
  private var run: RunFolder { RunFolder(path: folder.path) }

  init() throws { folder = try TemporaryFolder() }

  /// A table of two epochs. Field n of a row is `10 · epoch + n`.
  private func text(_ header: [String] = header, lineEnd: String = "\n") -> String {
    ([header]
      + (1...2).map { epoch in
        ["\(epoch)"] + (1..<header.count).map { "\(10 * epoch + $0)" }
      }).map { $0.joined(separator: ",") }.joined(separator: lineEnd)
  }

  private func read(_ text: String, epochs: Int = 2) throws -> CSVTable {
    try AtomicFile.write(text, to: run.metrics)
    return try run.readMetrics(of: VAE.linear, ofAll: epochs)
  }

  @Test(arguments: Models.paper.map { $0.name })
  func theColumnsAreThoseOfTheModel(name: String) throws {
    let model = try #require(Models.named(name))
    let columns = MetricsColumns.names(of: model)
    #expect(columns.first == "epoch" && columns.suffix(2) == ["seconds", "images_per_second"])
    #expect(columns.contains(name.hasSuffix("vae") ? "val_kl" : "g_loss"))
    #expect(MetricsColumns.fault(in: columns, of: model) == nil)
  }

  /// Accepts byte-order marks, other line ends, a missing last line end, and what a killed run
  /// left.
  @Test func acceptsHarmlessDifferences() throws {
    let whole = try read(text() + "\n")
    #expect(whole.rows.count == 2 && whole.header == Self.header)
    for other in [
      "\u{FEFF}" + text() + "\n", text(lineEnd: "\r\n") + "\r\n", text(),
      "\u{FEFF}" + text(lineEnd: "\r\n"), text() + "\n3,0.5", text() + "\n3,\"0",
      text() + "\n\u{0}\u{0}\u{0}",
    ] {
      #expect(try read(other) == whole)
    }
    #expect(try read(text() + "\n3,0.5", epochs: 1).rows == [whole.rows[0]])
    #expect(try read(Self.header.joined(separator: ","), epochs: 0).rows.isEmpty)
  }

  @Test(arguments: ["abc", "", "-inf", "nan", "1e999", "0x10", "1 2"])
  func refusesFieldsThatAreNotNumbers(field: String) throws {
    let damaged = text().replacing("\n1,11,", with: "\n1,\(field),")
    #expect { try read(damaged) } throws: { error in
      "\(error)".contains("is damaged: '\(field)' in the row of epoch 1 is not a number; put the")
    }
    for number in ["-0.5", "1e-12", "3.25e+20"] {
      _ = try read(text().replacing("\n1,11,", with: "\n1,\(number),"))
    }
  }

  @Test func otherColumns() throws {
    var (swapped, fewer, renamed) = (Self.header, Self.header, Self.header)
    swapped.swapAt(1, 2)
    fewer.remove(at: 3)
    renamed[1] = "Train_loss"
    let long = String(repeating: "x", count: 1000)
    for (header, fault) in [
      (swapped, "has its columns in another order than the run writes them; put the file back"),
      (fewer, "lacks the column 'train_kl'; put the file back as it was or start over with --over"),
      (renamed, "lacks the column 'train_loss'"),
      (Self.header + ["note"], "has a column 'note', which the run does not write"),
      (Self.header + [long], "has a column '\(long.prefix(40))', which"),
      (Self.header + ["seconds"], "has a column twice"),
      (MetricsColumns.names(of: GAN.dcgan), "lacks the column 'train_loss'"),
      (["epoch;train_loss"], "lacks the column 'epoch'"),
    ] {
      let error = #expect(throws: InputError.self) { try read(text(header)) }
      #expect(error.map { "\($0)".contains("/metrics.csv \(fault)") } == true, "\(fault)")
    }
  }

  @Test func aMissingFileIsCalledMissing() throws {
    let error = #expect(throws: InputError.self) {
      try run.readMetrics(of: VAE.linear, ofAll: 1)
    }
    #expect(
      error?.description
        == "\(folder.path)/metrics.csv is missing; put it back or start over with --overwrite")
    #expect(try folder.names().isEmpty)
  }

  @Test func missingRows() throws {
    for rows in ["1", "1\n3", "1\nnan", "1e300\n2", "1.5\n2", "-9e18\n2", ""] {
      let fields = String(repeating: ",0", count: Self.header.count - 1)
      let lines =
        [Self.header.joined(separator: ",")] + rows.split(separator: "\n").map { $0 + fields }
      let error = #expect(throws: InputError.self) { try read(lines.joined(separator: "\n")) }
      #expect(error?.description.contains("does not have the rows of all 2 epochs") == true)
    }
  }
}
