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
    return Self.lines(of: shown)
  }

  /// The lines of several tables, each of which fits the width if its first two columns do. Each
  /// begins with the first column.
  func parts(width: Int) -> [[String]] {
    guard let first = columns.first else { return [] }
    var parts: [[Column]] = []
    for column in columns.dropFirst() {
      let taken = (parts.last ?? []).map { $0.width + 2 }.reduce(0, +) + column.width
      if parts.isEmpty || taken > width {
        parts.append([first, column])
      } else {
        parts[parts.count - 1].append(column)
      }
    }
    return parts.map(Self.lines)
  }

  private static func lines(of columns: [Column]) -> [String] {
    ([columns.map { $0.aligned($0.heading) }]
      + rows(of: columns).map { row in zip(columns, row).map { $0.aligned($1) } })
      .map { $0.joined(separator: "  ").withoutTrailingSpaces }
  }

  private static func rows(of columns: [Column]) -> [[String]] {
    (0..<(columns.map(\.cells.count).max() ?? 0)).map { row in columns.map { $0.cells[row] } }
  }

  /// The headings of all columns.
  var header: [String] { columns.map(\.heading) }

  /// The cells of all columns, row by row.
  var rows: [[String]] { Self.rows(of: columns) }
}
