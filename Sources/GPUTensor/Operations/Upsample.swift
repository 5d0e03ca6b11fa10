/// Nearest-neighbour upsampling (`kernels/common/upsample.cl`).
extension CommandList {
  /// Repeats each pixel of maps in `factor` rows and columns.
  ///
  /// Shapes: x (n, height, width, channels), y (n, factor · height, factor · width, channels).
  public func upsample(_ label: String, _ x: Tensor, by factor: Int, into y: Tensor) {
    record(label, .upsample(x: x, factor: factor, y: y)) {
      append(
        label, "upsample", small: x, factor, over: y, [.tensor(x), .tensor(y)])
    }
  }

  /// Computes the gradient of `upsample`: the sum over the pixels of y that are one of x. The
  /// epilogue has x, and multiplies by the derivatives of the activation and the dropout that made
  /// it.
  ///
  /// Shapes: dx as x, and dy as y of `upsample`.
  public func upsampleBackward(
    _ label: String, dy: Tensor, by factor: Int, epilogue: Epilogue, into dx: Tensor
  ) {
    record(label, .upsampleBackward(dy: dy, factor: factor, epilogue, dx: dx)) {
      append(
        label, "upsample_backward", small: dx, factor, over: dx,
        [.tensor(epilogue.aux), .tensor(dy), .tensor(dx)], epilogue: epilogue)
    }
  }

  /// Appends a kernel with a work-item for each vector of `result`. `small` is x or dx.
  private func append(
    _ label: String, _ function: String, small: Tensor, _ factor: Int, over result: Tensor,
    _ operands: [KernelArgument], epilogue: Epilogue? = nil
  ) {
    let (width, channels) = (small.shape[2], small.shape[3])
    let lanes = widestLanes(upTo: max(4, context.device.floatLanes), dividing: channels)
    let options = epilogue?.options(channels: "\(channels)") ?? [:]
    append(
      label,
      KernelVariant(
        "upsample.cl", function,
        ["CHANNELS": channels, "FACTOR": factor, "LANES": lanes, "WIDTH": width]
      ).adding(options),
      over: .items([result.count / lanes]),
      cost: LaunchCost(flops: epilogue == nil ? 0 : small.count * factor * factor),
      [.uint(UInt32(result.count))] + operands)
  }
}
