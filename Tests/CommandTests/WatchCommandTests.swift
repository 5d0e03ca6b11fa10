import Files
import Foundation
import Images
import Reports
import TerminalGraphics
import TestFiles
import Testing

@testable import gputrain

/// `watch`: its frames, of whole and of damaged runs, and its errors.
@Suite struct WatchCommandTests {
  private let folder: TemporaryFolder
  private let run: RunFolder

  /// Copies a finished run of two epochs.
  init() throws {
    folder = try TemporaryFolder()
    run = RunFolder(path: folder.path + "/run")
    try FileManager.default.copyItem(atPath: try TrainedRun.get().path, toPath: run.path)
  }

  private func edit(_ path: String, _ change: (String) -> String) throws {
    let text = String(decoding: try readFile(path: path, maximumBytes: 1 << 20), as: UTF8.self)
    #expect(change(text) != text)
    try AtomicFile.write(change(text), to: path)
  }

  private func layout(_ columns: Int, _ rows: Int, _ graphics: WatchLayout.Graphics) -> WatchLayout
  {
    WatchLayout(
      columns: columns, rows: rows, style: TerminalStyle(colours: .palette, hasUnicode: true),
      graphics: graphics)
  }

  @Test func aFileGetsOneFrameWithoutEscapes() throws {
    let outcome = try Gputrain.run(["watch", "run/"], in: folder.path)
    #expect(outcome.status == 0 && outcome.stderr.isEmpty)
    #expect(!outcome.stdout.contains("\u{1B}"))
    let lines = outcome.stdoutLines
    #expect(lines[0].hasPrefix("linear-vae on ./data  epoch 2/2  complete"))
    let losses = try #require(try run.readMetrics().numbers("val_loss"))
    #expect(lines[1].contains("val_loss \(String(format: "%#.4g", losses[1])) (best "))
    #expect(lines.last == "the run is complete" && lines.count == 24)
    let pictures = try Gputrain.run(["watch", "run", "--graphics", "blocks"], in: folder.path)
    #expect(pictures.stdout.contains("samples after epoch 2"))
    #expect(!pictures.stdout.contains("\u{1B}"))
  }

  @Test func everySizeHoldsItsFrame() throws {
    let snapshot = RunSnapshot(of: run)
    for (columns, rows) in [(1, 1), (10, 3), (39, 9), (79, 23), (119, 39), (60, 60), (300, 20)] {
      for graphics in [WatchLayout.Graphics.blocks, .none, .kitty, .sixel(colours: 16)] {
        let frame = layout(columns, rows, graphics).frame(of: snapshot, run, isLive: true)
        #expect(frame.lines.count <= rows)
        #expect(frame.lines.allSatisfy { TerminalText.width(of: $0) <= columns })
        let isBig = columns >= 60 && rows >= 20
        #expect(
          frame.lines.joined().contains("samples after epoch 2") == (isBig && graphics != .none),
          "\(columns) \(rows) \(graphics)")
        #expect((frame.overlay != nil) == (isBig && graphics != .none && graphics != .blocks))
        // The curves stay longer than the picture.
        #expect(frame.lines.joined().contains("━") == (columns >= 39))
      }
    }
  }

  @Test func aPictureLiesOverEmptyCells() throws {
    let layout = layout(119, 39, .sixel(colours: 256))
    let frame = layout.frame(of: RunSnapshot(of: run), run, isLive: true)
    let overlay = try #require(frame.overlay)
    // The sequence has the size in pixels; a cell has 8 × 16.
    let size = try #require(overlay.sequence.firstMatch(of: /"1;1;(\d+);(\d+)/))
    let (width, height) = (try #require(Int(size.1)), try #require(Int(size.2)))
    #expect(overlay.column * 8 + width <= 119 * 8)
    let rows = overlay.row..<overlay.row + (height + 15) / 16
    #expect(rows.upperBound <= 38)
    for row in rows { #expect(TerminalText.width(of: frame.lines[row]) <= overlay.column) }
    #expect(frame.lines[overlay.row - 1].hasSuffix("samples after epoch 2"))
    #expect(
      frame.screen(clearing: true).contains("\u{1B}[\(overlay.row + 1);\(overlay.column + 1)H"))
  }

  @Test func aRunThatTrains() throws {
    try edit(run.record) { $0.replacing("\"epochs\" : 2", with: "\"epochs\" : 12") }
    try edit(run.metrics) { $0.replacing(/,[0-9.]+,([0-9.]+)\n/) { ",100,\($0.1)\n" } }
    try withExtendedLifetime(try FolderLock(run.path)) {
      let snapshot = RunSnapshot(of: run)
      #expect(!snapshot.isFinal && snapshot.remark(in: run) == nil)
      let updated = try #require(snapshot.overview?.updated)
      // Ten epochs of 100 seconds, of which 40 have gone.
      let left = try #require(snapshot.secondsLeft(at: updated.addingTimeInterval(40)))
      #expect(abs(left - 960) < 1)
      #expect(snapshot.head(path: run.path)[1...2] == ["epoch 2/12", "running"])
    }
    #expect(RunSnapshot(of: run).isFinal)
    #expect(
      RunSnapshot(of: run).remark(in: run)?.hasPrefix("the run stopped after epoch 2;") == true)
    try AtomicFile.write("the training diverged at step 7\nmore\n", to: run.divergence)
    #expect(RunSnapshot(of: run).remark(in: run) == "the training diverged at step 7")
  }

  @Test func aStampChangesWithEachFile() throws {
    var stamp = RunStamp(of: run)
    #expect(stamp == RunStamp(of: run))
    for path in [run.metrics, run.samples(epoch: 2), run.samples(epoch: 3), run.record] {
      try AtomicFile.write("x", to: path)
      #expect(RunStamp(of: run) != stamp)
      stamp = RunStamp(of: run)
    }
    let lock = try FolderLock(run.path)
    #expect(RunStamp(of: run) != stamp)
    withExtendedLifetime(lock) {}
  }

  @Test func damagedFilesLeaveTheRest() throws {
    // A row that is being written, and a picture that is cut off.
    try edit(run.metrics) { String($0.dropLast(30)) }
    let png = try readFile(path: run.samples(epoch: 2), maximumBytes: 1 << 20)
    try AtomicFile.write(Array(png.prefix(png.count / 2)), to: run.samples(epoch: 2))
    #expect(RunSnapshot(of: run).metrics?.rows.count == 1)
    #expect(RunSnapshot(of: run).sheet?.epoch == 1)
    try edit(run.metrics) { $0.replacing("\n1,", with: "\n\"1,") }
    #expect(RunSnapshot(of: run).metrics == nil && RunSnapshot(of: run).charts.isEmpty)
    // The record of another version, with a control character.
    try AtomicFile.write("{\"model\":\"\u{1B}[2J\"}", to: run.record)
    let frame = layout(79, 23, .blocks).frame(of: RunSnapshot(of: run), run, isLive: true)
    #expect(frame.lines.first == "\(run.path): damaged".prefix(79).description)
    #expect(frame.lines.joined().contains("samples after epoch 1"))
    #expect(try Gputrain.run(["watch", "run"], in: folder.path).status == 0)
  }

  @Test func refusals() throws {
    expectRefusal(
      try Gputrain.run(["watch", "none"], in: folder.path), 65,
      "none is not a folder; name the folder of a run")
    expectRefusal(
      try Gputrain.run(["watch", "."], in: folder.path), 65,
      ". has no run.json; name the folder of a run")
    expectRefusal(
      try Gputrain.run(["watch", "run", "--graphics", "sixel"], in: folder.path), 64,
      "--graphics sixel needs a terminal as standard output")
    expectRefusal(
      try Gputrain.run(["watch", "run", "--every", "0"], in: folder.path), 64,
      "--every must be between 0.1 and 3600")
  }
}
