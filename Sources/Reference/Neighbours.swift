/// Nearest neighbours by scores, and sums of the cubic kernel.
public enum ReferenceNeighbours {
  /// Returns −½ |x|² of each row of (rows, columns): (rows).
  public static func halfNorms(_ x: [Double], columns: Int) -> [Double] {
    rows(x, columns).map { row in -0.5 * row.reduce(0) { $0 + $1 * $1 } }
  }

  /// Returns the `kept` largest values of each row of (rows, columns) and their columns, in
  /// descending order, with lower columns first for equal values: both (rows, kept).
  public static func largest(
    _ scores: [Double], columns: Int, kept: Int
  ) -> (scores: [Double], places: [Int]) {
    let best = rows(scores, columns).flatMap { row in
      row.enumerated().sorted { ($1.element, $0.offset) < ($0.element, $1.offset) }.prefix(kept)
    }
    return (best.map(\.element), best.map(\.offset))
  }

  /// Returns Σ (scale · score)³ of each row of (rows, columns): (rows).
  public static func cubedSums(_ scores: [Double], columns: Int, scale: Double) -> [Double] {
    rows(scores, columns).map { row in
      row.reduce(0) { $0 + (scale * $1) * (scale * $1) * (scale * $1) }
    }
  }

  private static func rows(_ x: [Double], _ columns: Int) -> [[Double]] {
    precondition(columns > 0 && x.count.isMultiple(of: columns), "not whole rows")
    return stride(from: 0, to: x.count, by: columns).map { Array(x[$0..<$0 + columns]) }
  }
}
