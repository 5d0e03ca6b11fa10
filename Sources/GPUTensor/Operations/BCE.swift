/// Binary cross entropy from logits (`kernels/common/bce.cl`).
extension CommandList {
  /// Computes each row's loss, summed over its columns, and the gradient with respect to the
  /// logits.
  ///
  /// Shapes: logits, targets and dlogits (rows, columns), loss (rows).
  public func bceWithLogits(
    _ label: String, _ logits: Tensor, targets: Tensor, into dlogits: Tensor, loss: Tensor
  ) {
    let columns = logits.columns
    precondition(targets.count == logits.count && dlogits.count == logits.count, "shapes agree")
    let group = context.device.sharingGroup
    let lanes = widestLanes(upTo: max(4, context.device.floatLanes), dividing: columns)
    record(
      label, .bceWithLogits(logits: logits, targets: targets, dlogits: dlogits, loss: loss)
    ) {
      append(
        label,
        KernelVariant(
          "bce.cl", "bce_with_logits", ["COLUMNS": columns, "GROUP": group, "LANES": lanes]),
        over: .items([logits.rows * group], group: [group]),
        cost: LaunchCost(flops: 12 * logits.count),
        [.tensor(logits), .tensor(targets), .tensor(dlogits), .tensor(loss)])
    }
  }
}
