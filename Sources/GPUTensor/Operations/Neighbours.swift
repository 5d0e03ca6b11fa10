/// Nearest neighbours by products (`kernels/common/neighbours.cl`).
extension CommandList {
  /// Computes −½ |x|² of each row: the bias that makes the nearest neighbour's score the largest.
  ///
  /// Shapes: x (rows, columns), halves (rows).
  public func halfNorms(_ label: String, _ x: Tensor, into halves: Tensor) {
    precondition(halves.count == x.rows, "a row has a norm")
    record(label, .halfNorms(x: x, halves: halves)) {
      append(
        label,
        rowVariant("neighbours.cl", "half_norms", columns: x.columns, ["COLUMNS": x.columns]),
        over: rowRange(x.rows), cost: LaunchCost(flops: 2 * x.count),
        [.tensor(x), .tensor(halves)])
    }
  }

  /// Finds each row's largest scores, in descending order, and their columns.
  ///
  /// A search over more columns takes several launches with the same `best` and `places`. `first`
  /// is the number of columns that earlier launches have searched, and column 0 of `scores` counts
  /// as column `first`.
  ///
  /// Shapes: scores (rows, columns), best (rows, kept) and places (rows, kept) words. There are at
  /// least `kept` columns in all.
  public func largestScores(
    _ label: String, _ scores: Tensor, first: Int, into best: Tensor, places: Tensor
  ) {
    precondition(best.rows == scores.rows && places.count == best.count, "shapes agree")
    record(label, .largestScores(scores, first: first, best: best, places: places)) {
      append(
        label,
        rowVariant(
          "neighbours.cl", "largest_scores", columns: scores.columns, ["KEPT": best.columns]),
        over: rowRange(scores.rows),
        [
          .uint(UInt32(scores.columns)), .uint(UInt32(first)), .tensor(scores), .tensor(best),
          .tensor(places),
        ])
    }
  }

  /// Returns a range with a group for each of `rows` rows.
  func rowRange(_ rows: Int) -> WorkRange {
    .items([rows * context.device.sharingGroup], group: [context.device.sharingGroup])
  }

  /// Returns a kernel whose groups each share a row of `columns` floats.
  func rowVariant(
    _ file: String, _ function: String, columns: Int, _ options: [String: Int] = [:]
  ) -> KernelVariant {
    let lanes = widestLanes(upTo: max(4, context.device.floatLanes), dividing: columns)
    return KernelVariant(file, function, ["GROUP": context.device.sharingGroup, "LANES": lanes])
      .adding(options.mapValues(String.init))
  }
}
