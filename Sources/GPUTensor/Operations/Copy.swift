/// Copies between tensors (`kernels/copy.cl`).
extension CommandList {
  /// Copies rows of `x`, from row `start` on, into the rows of `y` from `rowOfY` on.
  ///
  /// Shapes: x (any, columns), y (any, columns).
  public func copy(
    _ label: String, _ rows: Range<Int>, of x: Tensor, to rowOfY: Int, of y: Tensor
  ) {
    let columns = x.columns
    precondition(y.columns == columns, "rows are copied whole")
    precondition(rows.upperBound <= x.rows && rowOfY + rows.count <= y.rows, "rows exist")
    let count = rows.count * columns
    let lanes = widestLanes(upTo: max(4, context.device.floatLanes), dividing: columns)
    let vectors = context.device.kind == .cpu ? 2048 / lanes : 1
    append(
      label, KernelVariant("copy.cl", "copy", ["LANES": lanes, "VECTORS": vectors]),
      global: [ceilDivide(count, lanes * vectors)],
      .uint(UInt32(count)), .uint(UInt32(rows.lowerBound * columns)),
      .uint(UInt32(rowOfY * columns)), .tensor(x), .tensor(y))
  }
}
