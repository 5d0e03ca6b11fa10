/// The sigmoid-weighted linear unit (`kernels/common/silu.cl`).
extension CommandList {
  /// Computes y = x / (1 + exp −x), then dropout.
  ///
  /// Shapes: x and y (rows, …, channels).
  public func silu(_ label: String, _ x: Tensor, dropout: DropoutMask? = nil, into y: Tensor) {
    record(label, .silu(x: x, dropout, y: y)) {
      append(
        label, "silu", x, DropoutMask.options(dropout?.probability),
        [.uint(UInt32(x.columns)), .tensor(x), .tensor(y)] + (dropout?.arguments ?? []))
    }
  }

  /// Computes the gradient of `silu` at its input x, which the epilogue has. It also multiplies by
  /// the derivatives of the activation and the dropout that made x.
  ///
  /// Shapes: dy and dx as x.
  public func siluBackward(_ label: String, dy: Tensor, epilogue: Epilogue, into dx: Tensor) {
    record(label, .siluBackward(dy: dy, epilogue, dx: dx)) {
      append(
        label, "silu_backward", dx, epilogue.options(channels: "\(dx.shape.last ?? 1)"),
        [.tensor(epilogue.aux), .tensor(dy), .tensor(dx)])
    }
  }

  private func append(
    _ label: String, _ function: String, _ x: Tensor, _ options: [String: String],
    _ operands: [KernelArgument]
  ) {
    let channels = x.shape.last ?? 1
    let range = FlatRange(x.count, lanesDividing: channels, on: context.device)
    append(
      label,
      range.variant("silu.cl", function).adding(["CHANNELS": "\(channels)"]).adding(options),
      over: .items(range.global), cost: LaunchCost(flops: 10 * x.count),
      [.uint(UInt32(x.count))] + operands)
  }
}
