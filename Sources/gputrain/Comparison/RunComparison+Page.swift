import Files
import Reports

extension RunComparison {
  /// Writes the comparison as a page, one file without references to others.
  ///
  /// - Parameter hasSpeed: Whether it shows the speed of the runs, which differs in every training.
  /// - Throws: `FileError`.
  func write(page path: String, hasSpeed: Bool = false) throws {
    try AtomicFile.write(page(hasSpeed: hasSpeed).html, to: path)
  }

  private func page(hasSpeed: Bool) -> HTMLPage {
    let tables = [groupsTable, settingsTable] + resultTables
    return HTMLPage(
      title: "Comparison of \(runs.count) runs",
      blocks: tables.compactMap(\.self).flatMap(\.blocks)
        + notes.map { .paragraph("Note: \($0.escapingControlCharacters).") }
        + curveBlocks + sampleBlocks
        + (evaluationTable?.blocks ?? [])
        + (hasSpeed ? speedTable?.blocks ?? [] : []))
  }
}

extension ComparisonTable {
  /// The table as a part of a page.
  fileprivate var blocks: [HTMLPage.Block] {
    var blocks: [HTMLPage.Block] = [.heading(title)]
    if !explanation.isEmpty { blocks.append(.paragraph(explanation)) }
    if let table {
      let rows = [table.header] + table.rows
      // A letter and a name need less room in one column.
      let isNamed = table.header.starts(with: ["", ""])
      let cells =
        isNamed ? rows.map { ["\($0[0])  \($0[1])"] + $0.dropFirst(2) } : rows
      blocks.append(.table(header: cells[0], rows: Array(cells.dropFirst())))
    }
    return blocks
  }
}
