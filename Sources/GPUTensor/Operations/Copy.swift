/// Copies between tensors, sums, and tensors of one number (`kernels/common/copy.cl`).
extension CommandList {
  /// Fills a tensor of floats with a number.
  public func fill(_ label: String, with value: Float, into y: Tensor) {
    let range = FlatRange(y.count, lanesDividing: y.count, on: context.device)
    record(label, .fill(value, y)) {
      append(
        label, range.variant("copy.cl", "fill"), over: .items(range.global),
        cost: LaunchCost(bytes: 4 * y.count), [.uint(UInt32(y.count)), .float(value), .tensor(y)])
    }
  }

  /// Adds `x` to `y`, and multiplies the sum by `scale`: y = scale (x + y).
  ///
  /// Shapes: x and y have the same number of elements.
  public func add(_ label: String, _ x: Tensor, scale: Float = 1, to y: Tensor) {
    precondition(x.count == y.count, "the tensors have the same number of elements")
    let range = FlatRange(y.count, lanesDividing: y.count, on: context.device)
    record(label, .add(x: x, scale: scale, y: y)) {
      append(
        label, range.variant("copy.cl", "add"), over: .items(range.global),
        cost: LaunchCost(bytes: 12 * y.count),
        [.uint(UInt32(y.count)), .float(scale), .tensor(x), .tensor(y)])
    }
  }

  /// Copies `rows` of `x` to the rows of `y` that begin at `rowOfY`.
  ///
  /// Shapes: x (any, columns), y (any, columns).
  public func copy(
    _ label: String, _ rows: Range<Int>, of x: Tensor, to rowOfY: Int, of y: Tensor
  ) {
    let columns = x.columns
    precondition(y.columns == columns, "rows are copied whole")
    precondition(rows.upperBound <= x.rows && rowOfY + rows.count <= y.rows, "rows exist")
    let count = rows.count * columns
    let range = FlatRange(count, lanesDividing: columns, on: context.device)
    record(label, .copy(rows, x: x, to: rowOfY, y: y)) {
      append(
        label, range.variant("copy.cl", "copy"), over: .items(range.global),
        cost: LaunchCost(bytes: 8 * count),
        [
          .uint(UInt32(count)), .uint(UInt32(rows.lowerBound * columns)),
          .uint(UInt32(rowOfY * columns)), .tensor(x), .tensor(y),
        ])
    }
  }
}
