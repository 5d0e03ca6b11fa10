import Files
import Images
import Reports
import TerminalGraphics

extension RunComparison {
  /// The most runs whose sheets are shown, and the most epochs.
  private static let (mostSheets, mostEpochs) = (24, 4)
  /// The most rows of a sheet on a terminal.
  private static let mostRows = 18
  /// The most bytes of a sheet.
  private static let largestSheet = 1 << 22

  /// The runs whose sheets are shown, at most `count`: of each group the first, then of each the
  /// second, and so on; in the order of the groups.
  private func sampled(_ count: Int) -> [(letter: String, run: ComparedRun)] {
    guard let epoch else { return [] }
    let candidates = groups.enumerated().flatMap { place, group in
      group.runs.filter { $0.epochs >= epoch && !$0.folder.epochsWithSamples.isEmpty }
        .enumerated().map { (turn: $0, place: place, letter: group.letter, run: $1) }
    }
    return candidates.sorted { ($0.turn, $0.place) < ($1.turn, $1.place) }.prefix(count)
      .sorted { ($0.place, $0.turn) < ($1.place, $1.turn) }.map { ($0.letter, $0.run) }
  }

  /// The epochs after which all of these runs have a sheet, the newest first.
  private func epochsWithSheets(_ runs: [ComparedRun]) -> [Int] {
    guard let epoch, let first = runs.first else { return [] }
    let common = runs.dropFirst().reduce(into: Set(first.folder.epochsWithSamples)) {
      $0.formIntersection($1.folder.epochsWithSamples)
    }.filter { $0 <= epoch }.sorted()
    return common.spread(over: Self.mostEpochs).reversed()
  }

  /// Reads a run's sheet of samples; nil if it cannot be decoded.
  private static func sheet(of run: ComparedRun, after epoch: Int) -> [UInt8]? {
    guard
      let bytes = try? readFile(path: run.folder.samples(epoch: epoch), maximumBytes: largestSheet),
      PictureFormat(of: bytes) == .png
    else { return nil }
    return bytes
  }

  /// The samples side by side as a part of a page.
  var sampleBlocks: [HTMLPage.Block] {
    let shown = sampled(Self.mostSheets)
    let epochs = epochsWithSheets(shown.map(\.run))
    guard !epochs.isEmpty else {
      return [
        .heading("Samples"), .paragraph("There is no epoch after which all runs drew samples."),
      ]
    }
    var blocks: [HTMLPage.Block] = [.heading("Samples")]
    if shown.count < runs.count {
      blocks.append(.paragraph("\(shown.count) of \(runs.count) runs are shown."))
    }
    for epoch in epochs {
      let pictures = shown.compactMap { letter, run in
        Self.sheet(of: run, after: epoch).map {
          HTMLPage.Picture(png: $0, caption: "\(letter)  \(run.name)".escapingControlCharacters)
        }
      }
      blocks += [.paragraph("After epoch \(epoch):"), .gallery(pictures, width: 10)]
    }
    return blocks
  }

  /// The newest samples side by side in the cells of a terminal, as many as fit.
  func sampleLines(width: Int, style: TerminalStyle) -> [String] {
    let (columns, gap) = (36, 2)
    let shown = sampled(max(1, (width + gap) / (columns + gap)))
    guard let epoch = epochsWithSheets(shown.map(\.run)).first else { return [] }
    let sheets = shown.compactMap { letter, run -> [String]? in
      guard let sheet = SampleSheet(epoch: epoch, in: run.folder) else { return nil }
      let picture = sheet.part(width: columns, height: 2 * Self.mostRows)
      let name = TerminalText.clipped("\(letter)  \(run.name)", to: columns)
      return [name]
        + TerminalPicture(picture).lines(
          columns: min(columns, width), rows: Self.mostRows, style: style)
    }
    let rows = (0..<(sheets.map(\.count).max() ?? 0)).map { row in
      sheets.map { TerminalText.padded(row < $0.count ? $0[row] : "", to: columns) }
        .joined(separator: String(repeating: " ", count: gap)).withoutTrailingSpaces
    }
    return rows.isEmpty ? [] : ["", "Samples after epoch \(epoch)"] + rows
  }
}

extension ComparedRun {
  fileprivate var folder: RunFolder { RunFolder(path: path) }
}
