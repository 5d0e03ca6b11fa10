/// A table of text that leaves out columns to fit a width.
struct TextTable {
  /// A column: its heading, and a cell for each row.
  struct Column {
    let heading: String
    let cells: [String]
    /// Whether cells end at the same place, as numbers do.
    var isNumeric = false
    /// The columns with the largest rank are left out first; one of rank 0 never is.
    let rank: Int

    /// The characters that its widest cell takes.
    fileprivate var width: Int { (cells + [heading]).map(\.count).max() ?? 0 }

    fileprivate func aligned(_ cell: String) -> String {
      isNumeric ? cell.aligned(right: width) : cell.padding(to: width)
    }
  }

  private let columns: [Column]

  /// Makes a table of columns of the same length. Those without any text are left out.
  init(_ columns: [Column]) {
    self.columns = columns.filter { !$0.cells.allSatisfy(\.isEmpty) }
  }

  /// The lines, with the headings first.
  ///
  /// - Parameter width: The characters of a line; nil for all columns.
  func lines(width: Int?) -> [String] {
    var shown = columns
    func taken() -> Int { shown.map { $0.width + 2 }.reduce(-2, +) }
    while let width, taken() > width, let rank = shown.map(\.rank).max(), rank > 0 {
      shown.removeAll { $0.rank == rank }
    }
    let rows = shown.map(\.cells.count).max() ?? 0
    let texts =
      [shown.map { $0.aligned($0.heading) }]
      + (0..<rows).map { row in shown.map { $0.aligned($0.cells[row]) } }
    return texts.map { $0.joined(separator: "  ").withoutTrailingSpaces }
  }
}
