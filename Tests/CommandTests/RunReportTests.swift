import Files
import Foundation
import Images
import TestFiles
import Testing

@testable import gputrain

/// A run's report.html.
@Suite struct RunReportTests {
  private func text(_ path: String) throws -> String {
    String(decoding: try readFile(path: path, maximumBytes: 1 << 24), as: UTF8.self)
  }

  /// The page's lines: the long ones that hold pictures, and the others as one text.
  private func parts(_ run: String) throws -> (pictures: [Substring], text: String) {
    let lines = try text(run + "/report.html").split(
      separator: "\n", omittingEmptySubsequences: false)
    let pictures = lines.filter { $0.hasPrefix("<img ") }
    return (pictures, lines.filter { !$0.hasPrefix("<img ") }.joined(separator: "\n"))
  }

  /// The page without its date and times.
  private func timeless(_ page: String) -> String {
    page.replacing(/<dt>(date|time|speed)<\/dt><dd>[0-9.]+[ :-][^<]*<\/dd>/) {
      "<dt>\($0.1)</dt>"
    }
  }

  @Test func onePageHasAllOfARun() throws {
    let run = try TrainedRun.get()
    let (pictures, page) = try parts(run.path)
    #expect(page.contains("<title>linear-vae on ./data</title>"))
    let facts = page.matches(of: #/<dt>([^<]*)</dt>/#).map { String($0.1) }.prefix(9)
    #expect(
      facts == [
        "epochs", "train_loss", "val_loss", "lowest val_loss", "images", "seed", "device", "date",
        "time",
      ])
    // Of each kind the newest is shown large, then all, the newest first.
    let expected = try ["samples", "reconstructions"].flatMap { kind in
      try ["2", "2", "1"].map { epoch in
        let picture = try readFile(
          path: "\(run.path)/\(kind)/epoch-000\(epoch).png", maximumBytes: 1 << 20)
        let data = Data(picture).base64EncodedString()
        return "<img src=\"data:image/png;base64,\(data)\" alt=\"epoch \(epoch)\">"
      }
    }
    #expect(pictures.map(String.init) == expected)
    for link in ["samples/epoch-0001.png", "samples.png", "metrics.csv", "run.json"] {
      #expect(page.contains("<a href=\"\(link)\">"), "\(link)")
    }
    #expect(page.contains(#/<dt>date</dt><dd>20\d\d-\d\d-\d\d \d\d:\d\d</dd>/#))
    for curve in ["train_loss", "val_loss", "val_reconstruction", "train_kl"] {
      // In the chart for wide windows and in the one for narrow ones.
      #expect(page.components(separatedBy: ">\(curve)</text>").count == 3, "\(curve)")
      #expect(page.contains("<td>\(curve)</td>"), "\(curve)")
    }
    let metrics = try text(run.path + "/metrics.csv").split(separator: "\n")
    #expect(page.contains(">\(metrics[2].split(separator: ",")[4])</td>"))
    for setting in [
      "<dt>batch size</dt><dd>12</dd>", "<dt>learning rate</dt><dd>0.0001</dd>",
      "<pre>gputrain train linear-vae \\\n  --no-tuning \\\n  --dataset ./data \\\n  --epochs 2",
      "<dt>precision</dt><dd>float32</dd>", "images a second in training",
    ] {
      #expect(page.contains(setting), "\(setting)")
    }
    #expect(!page.contains("Evaluation") && !page.contains("<dt>limit</dt>"))
    #expect(page.contains("prefers-color-scheme: dark"))
    #expect(page.contains("default-src 'none'; img-src data:;"))
    for foreign in ["http:", "https:", "<link", "@import", "url(", " src=\"/"] {
      #expect(!page.contains(foreign), "\(foreign)")
    }
  }

  @Test func aResumedRunsReportDiffersOnlyInTimes() throws {
    let whole = try TrainedRun.get()
    let folder = try TemporaryFolder()
    let out = folder.path + "/run"
    expectSuccess(
      try Gputrain.run(
        TrainedRun.options + ["--epochs", "1", "--out", out], in: whole.parent))
    #expect(try parts(out).text.contains("<dt>epochs</dt><dd>1 of 1</dd>"))
    // The page is written again, whatever is in it.
    try AtomicFile.write("half", to: out + "/report.html")
    expectSuccess(
      try Gputrain.run(
        ["train", "linear-vae", "--resume", "--epochs", "2", "--out", out], in: whole.parent))
    let (first, second) = (try parts(whole.path), try parts(out))
    #expect(first.pictures == second.pictures)
    #expect(timeless(first.text) == timeless(second.text))
    #expect(timeless(first.text) != first.text)
    // The animation neither, and what it shows first is the newest sheet.
    let animations = try [whole.path, out].map {
      try readFile(path: $0 + "/samples.png", maximumBytes: 1 << 20)
    }
    #expect(animations[0] == animations[1])
    let newest = try readFile(path: out + "/samples/epoch-0002.png", maximumBytes: 1 << 20)
    #expect(try Picture(decoding: animations[0]) == Picture(decoding: newest))
    #expect(animations[0].count > newest.count)
  }

  @Test func anEvaluationIsShownIfItCanBeRead() throws {
    let run = try TrainedRun.get()
    let folder = try TemporaryFolder()
    let copy = folder.path + "/run"
    try FileManager.default.copyItem(atPath: run.path, toPath: copy)
    let report = try RunReport(of: RunFolder(path: copy))
    let head = """
      {"checkpoint": "c", "classifier_accuracy": 0.9, "classifier_seed": 2, \
      "classifier_sha256": "e", "dataset": "d", "data_sha256": "f", "device": "d", \
      "model": "linear-vae", "samples": 8, "seed": 1, "training_images": 9,
      """
    for (content, isShown) in [
      (
        #"""
        \#(head) "frechet_distance": 12.5, "elbo": -98.25, "baseline": {"frechet_distance": 1.5}, \#
        "x": []}
        """#,
        true
      ),
      (#"\#(head) "precision": null, "recall": 0.5, "baseline": {}}"#, true),
      (#"\#(head) "frechet_distance": "12", "baseline": {}}"#, false),
      (#"\#(head) "elbo": 1, "baseline": 2}"#, false), (#"{"elbo": 1, "baseline": {}}"#, false),
      ("{}", false), ("[", false), ("", false),
    ] {
      try AtomicFile.write(content, to: copy + "/evaluation.json")
      try report.write()
      let page = try parts(copy).text
      #expect(page.contains("<h2>Evaluation</h2>") == isShown, "\(content)")
      #expect(
        page.contains(
          "8 images of seed 1, against 9 training images of d; classifier of seed 2") == isShown
      )
      #expect(
        page.contains(
          "Fréchet distance, the model&#39;s images are 8.33 times as far from the training images"
        ) == content.contains("12.5"))
      if content.contains(#""frechet_distance": 12.5"#) {
        let row = page.split(separator: "\n").first { $0.contains(">Fréchet distance</td>") }
        let fields = row?.matches(of: />([^<]+)<\/td>/).map { String($0.1) }
        #expect(fields == ["Fréchet distance", "12.5", "1.5", "less is better"])
      }
      // A quantity without a baseline.
      if content.contains("elbo") && isShown {
        #expect(page.contains(#/>ELBO</td><td class="number"[^>]*>-98.25</td><td/#))
      }
    }
    // A resumed run has curves of more epochs than it was evaluated after.
    try AtomicFile.write(
      #"\#(head) "epoch": 3, "recall": 0.5, "baseline": {}}"#, to: copy + "/evaluation.json")
    try report.write()
    #expect(try parts(copy).text.contains("<h2>Evaluation after epoch 3</h2>"))
  }

  @Test func theSpeedIsThatOfEpochsThatTrained() throws {
    let run = try TrainedRun.get()
    let folder = try TemporaryFolder()
    let copy = folder.path + "/run"
    try FileManager.default.copyItem(atPath: run.path, toPath: copy)
    let rows = try text(copy + "/metrics.csv").split(separator: "\n")
    let rates = ["images_per_second", "0", "61234.6"]
    let changed = zip(rows, rates).map { row, rate in
      (row.split(separator: ",").dropLast() + [Substring(rate)]).joined(separator: ",") + "\n"
    }
    try AtomicFile.write(changed.joined(), to: copy + "/metrics.csv")
    try RunReport(of: RunFolder(path: copy)).write()
    #expect(
      try parts(copy).text.contains("<dd>61235 images a second in training, mean over epochs"))
  }

  @Test func settingsThatWereGiven() throws {
    let run = try TrainedRun.get()
    let folder = try TemporaryFolder()
    let copy = folder.path + "/run"
    try FileManager.default.copyItem(atPath: run.path, toPath: copy)
    let record = try text(copy + "/run.json").replacing(
      #""precision" : "float32""#, with: #""precision" : "bf16", "limit" : 16"#)
    try AtomicFile.write(record, to: copy + "/run.json")
    try RunReport(of: RunFolder(path: copy)).write()
    let page = try parts(copy).text
    for setting in [
      "<dt>precision</dt><dd>bf16</dd>", "<dt>limit</dt><dd>16</dd>",
    ] {
      #expect(page.contains(setting), "\(setting)")
    }
  }

  @Test func picturesThatAreGoneAreLeftOut() throws {
    let run = try TrainedRun.get()
    let folder = try TemporaryFolder()
    let copy = folder.path + "/run"
    try FileManager.default.copyItem(atPath: run.path, toPath: copy)
    try removeFile(copy + "/samples/epoch-0001.png")
    for epoch in 1...2 { try removeFile("\(copy)/reconstructions/epoch-000\(epoch).png") }
    try RunReport(of: RunFolder(path: copy)).write()
    let (pictures, page) = try parts(copy)
    #expect(page.contains("<p>Each sheet shows") && !page.contains("<h2>Reconstructions</h2>"))
    #expect(pictures.count == 1)
  }

  /// A long run's sheets take a bounded number of bytes.
  @Test func sheetsAreThinnedOut() throws {
    let folder = try TemporaryFolder()
    let run = RunFolder(path: folder.path)
    try createFolder(folder.path + "/samples")
    let shape = ImageShape(height: 4, width: 4, channels: 1)
    for epoch in 1...9 {
      let picture = Picture(shape: shape, shade: UInt8(epoch))
      try AtomicFile.write(picture.png(), to: run.samples(epoch: epoch))
    }
    func epochs(through: Int = 9, count: Int = 48, bytes: Int = 1 << 20) -> [Int] {
      run.sheets(run.samples, through: through, count: count, bytes: bytes).chosen.map(\.epoch)
    }
    #expect(epochs() == Array(1...9) && epochs(through: 2) == [1, 2] && epochs(through: 0) == [])
    #expect(epochs(count: 3) == [1, 5, 9] && epochs(bytes: 1) == [1, 9])
    try AtomicFile.write("damaged", to: run.samples(epoch: 5))
    #expect(epochs(count: 3) == [1, 9])
    // A sheet of another size, which only a user can have put there, leaves the animation as it is.
    try run.writeAnimation(through: 8)
    let before = try readFile(path: run.animation, maximumBytes: 1 << 20)
    #expect(try Picture(decoding: before).pixels.first == 8)
    let other = Picture(shape: ImageShape(height: 4, width: 5, channels: 1), shade: 0)
    try AtomicFile.write(other.png(), to: run.samples(epoch: 9))
    try run.writeAnimation(through: 9)
    #expect(try readFile(path: run.animation, maximumBytes: 1 << 20) == before)
  }

  @Test func manyPicturesAreThinnedOut() {
    #expect([1, 2, 3].spread(over: 3) == [1, 2, 3])
    #expect([].spread(over: 3) == [])
    let shown = Array(1...1000).spread(over: 24)
    #expect(shown.count == 24 && shown.first == 1 && shown.last == 1000)
    #expect(zip(shown, shown.dropFirst()).allSatisfy { (43...44).contains($1 - $0) })
  }
}
