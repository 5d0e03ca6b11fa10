/// Half the squared error of a network's outputs (`kernels/common/squared_error.cl`).
extension CommandList {
  /// Computes each row's loss ½ Σ (y − t)², and its gradient before the activation that made y.
  ///
  /// Shapes: outputs, targets and dx (rows, columns), loss (rows).
  ///
  /// - Parameters:
  ///   - label: The launch's label.
  ///   - outputs: y, after the activation.
  ///   - targets: t.
  ///   - activation: The activation.
  ///   - dx: The tensor for the gradient.
  ///   - loss: The tensor for the losses.
  public func squaredError(
    _ label: String, _ outputs: Tensor, targets: Tensor, through activation: Activation,
    into dx: Tensor, loss: Tensor
  ) {
    let columns = outputs.columns
    precondition(targets.count == outputs.count && dx.count == outputs.count, "shapes agree")
    let group = context.device.sharingGroup
    let lanes = widestLanes(upTo: max(4, context.device.floatLanes), dividing: columns)
    record(
      label,
      .squaredError(outputs: outputs, targets: targets, activation, dx: dx, loss: loss)
    ) {
      append(
        label,
        KernelVariant(
          "squared_error.cl", "squared_error",
          ["COLUMNS": columns, "GROUP": group, "LANES": lanes]
        ).adding(activation.options),
        over: .items([outputs.rows * group], group: [group]),
        cost: LaunchCost(flops: 7 * outputs.count),
        [.tensor(outputs), .tensor(targets), .tensor(dx), .tensor(loss)])
    }
  }
}
