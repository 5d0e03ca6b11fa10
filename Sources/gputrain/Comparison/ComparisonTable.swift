/// A table of a comparison, for a terminal and for a page.
struct ComparisonTable {
  /// What it shows.
  let title: String
  /// What a reader should know besides; empty for nothing.
  var explanation = ""
  /// The table; nil if there is nothing to show but the explanation.
  let table: TextTable?
  /// Whether columns that do not fit a narrow terminal are shown below the others; if not, they are
  /// left out.
  var isContinued = false

  /// The lines of a text.
  ///
  /// - Parameter width: The characters of a line; nil for any.
  func lines(width: Int?) -> [String] {
    [title] + (explanation.isEmpty ? [] : [explanation]) + (table.map { rows($0, width) } ?? [])
  }

  private func rows(_ table: TextTable, _ width: Int?) -> [String] {
    guard let width, isContinued else { return table.lines(width: width) }
    return Array(table.parts(width: width).joined(separator: [""]))
  }
}
