/// Nearest-neighbour upsampling (`kernels/common/upsample.cl`).
extension CommandList {
  /// Repeats each pixel of maps in `factor` rows and columns.
  ///
  /// Shapes: x (n, height, width, channels), y (n, factor · height, factor · width, channels).
  public func upsample(_ label: String, _ x: Tensor, by factor: Int, into y: Tensor) {
    let variant = upsampling("upsample", of: x, by: factor)
    record(label, .upsample(x: x, factor: factor, y: y)) {
      append(
        label, variant.kernel, over: .items([y.count / variant.lanes]),
        [.uint(UInt32(y.count)), .tensor(x), .tensor(y)])
    }
  }

  /// Computes the gradient of `upsample`: for each pixel of x, the sum over the pixels of y that
  /// repeat it. The epilogue has x, and multiplies by the derivatives of the activation and the
  /// dropout that made it.
  ///
  /// Shapes: dx as x, and dy as y of `upsample`.
  public func upsampleBackward(
    _ label: String, dy: Tensor, by factor: Int, epilogue: Epilogue, into dx: Tensor
  ) {
    let variant = upsampling("upsample_backward", of: dx, by: factor)
    record(label, .upsampleBackward(dy: dy, factor: factor, epilogue, dx: dx)) {
      append(
        label,
        variant.kernel.adding(epilogue.options(channels: "\(dx.shape[3])")),
        over: .items([dx.count / variant.lanes]), cost: LaunchCost(flops: dy.count),
        [.uint(UInt32(dx.count)), .tensor(epilogue.aux), .tensor(dy), .tensor(dx)])
    }
  }

  /// Returns a kernel for small maps (n, height, width, channels), with the length of its vectors.
  private func upsampling(
    _ function: String, of maps: Tensor, by factor: Int
  ) -> (kernel: KernelVariant, lanes: Int) {
    let (width, channels) = (maps.shape[2], maps.shape[3])
    let lanes = widestLanes(upTo: max(4, context.device.floatLanes), dividing: channels)
    let kernel = KernelVariant(
      "upsample.cl", function,
      ["CHANNELS": channels, "FACTOR": factor, "LANES": lanes, "WIDTH": width])
    return (kernel, lanes)
  }
}
