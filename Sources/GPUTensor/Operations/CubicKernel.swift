/// Sums of the cubic kernel (`kernels/common/cubic_kernel.cl`).
extension CommandList {
  /// Computes each row's sum of (scale · score)³.
  ///
  /// Shapes: scores (rows, columns), sums (rows).
  public func cubedSums(_ label: String, _ scores: Tensor, scale: Float, into sums: Tensor) {
    precondition(sums.count == scores.rows, "a row has a sum")
    record(label, .cubedSums(scores: scores, scale: scale, sums: sums)) {
      append(
        label, rowVariant("cubic_kernel.cl", "cubed_sums", columns: scores.columns),
        over: rowRange(scores.rows), cost: LaunchCost(flops: 7 * scores.count),
        [.uint(UInt32(scores.columns)), .float(scale), .tensor(scores), .tensor(sums)])
    }
  }
}
