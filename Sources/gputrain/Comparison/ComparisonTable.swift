/// A table of a comparison, for a terminal and for a page.
struct ComparisonTable {
  /// What it shows.
  let title: String
  /// What a reader should know besides; empty for nothing.
  var explanation = ""
  /// The table; nil if there is nothing to show but the explanation.
  let table: TextTable?
  /// Whether a narrow terminal shows columns that do not fit below, instead of not at all.
  var isContinued = false

  /// The lines of a text.
  ///
  /// - Parameter width: The characters of a line; nil for any.
  func lines(width: Int?) -> [String] {
    let rows = table.map { table in
      isContinued && width != nil
        ? table.parts(width: width ?? 0).joined(separator: [""]).map(\.self)
        : table.lines(width: width)
    }
    return [title] + (explanation.isEmpty ? [] : [explanation]) + (rows ?? [])
  }
}
