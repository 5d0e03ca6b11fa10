/// Direct sums with pixels as rows and neighbouring taps as channels, for maps x with few channels
/// (`kernels/cpu/conv2d_few_channels.cl`).
extension RegisterConvolutions {
  /// Whether x has too few channels for the other kernels of direct sums. The paper's models, with
  /// 3×3 taps of one channel, were measured with the other kernels and keep them.
  private func hasFewChannels(_ shape: Conv2DShape) -> Bool {
    let isPapers = shape.inputChannels == 1 && shape.window == Conv2DWindow(stride: shape.stride)
    return shape.inputChannels <= 8 && shape.outputWidth > 0 && !isPapers
  }

  /// The floats of a packed image of x.
  private func packedMap(_ shape: Conv2DShape) -> Int {
    let border = 2 * shape.window.padding
    return (shape.height + border) * (shape.width + border) * shape.inputChannels
  }

  /// Returns the variant of a convolution or data gradient for few channels; none if another kernel
  /// is needed.
  func fewChannels(_ convolution: Convolution, on device: Device) -> [ConvolutionVariant] {
    guard hasFewChannels(convolution.shape),
      let (function, tile) = convolution.transposed
        ? inputTile(convolution, on: device).map({ ("few_channels_input", $0) })
        : forwardTile(convolution.shape, on: device).map({ ("few_channels_forward", $0) })
    else { return [] }
    let variant = ConvolutionVariant("few channels, \(tile)") { list, label in
      let channels = "\(convolution.outputChannels)"
      list.append(
        label,
        KernelVariant("conv2d_few_channels.cl", function, tile, convolution.shape)
          .adding(convolution.epilogue.options(channels: channels)),
        over: .claimed(convolution.rows), cost: convolution.cost,
        convolution.arguments + convolution.epilogue.arguments)
    }
    return [variant]
  }

  private func forwardTile(_ shape: Conv2DShape, on device: Device) -> RegisterTile? {
    guard RegisterTile.fitsPrivateMemory(floats: packedMap(shape)) else { return nil }
    return RegisterTile(for: device).fitting(columns: shape.outputChannels)
      .filling(shape.outputWidth)
  }

  /// Returns the tile of a data gradient: groups of pixels by the floats of a group. At least half
  /// of its lanes have a float.
  private func inputTile(_ convolution: Convolution, on device: Device) -> RegisterTile? {
    let (shape, stride) = (convolution.shape, convolution.shape.stride)
    if case .output(_, _, _?) = convolution.epilogue { return nil }
    let lanes = RegisterTile(for: device).fittingLanes(to: shape.width * shape.inputChannels)
      .fittingLanes(to: shape.outputChannels).lanes
    let group = stride * stride * shape.inputChannels
    let vectors = ceilDivide(group, lanes)
    let reach = ceilDivide(shape.window.kernel, stride)
    let groups = (shape.width - 1 + shape.window.padding) / stride + 1
    let floats =
      reach * (reach * vectors * lanes + groups + reach) * shape.outputChannels + groups * group
    guard vectors <= 3, 2 * group >= vectors * lanes,
      RegisterTile.fitsPrivateMemory(floats: floats)
    else { return nil }
    let registers = device.floatLanes >= 16 ? 32 : 16
    return RegisterTile(
      lanes: lanes, rows: min(14, (registers - 1 - vectors) / vectors), vectors: vectors
    ).filling(groups)
  }

  /// Returns the kernel of a weight gradient for few channels; nil if another is needed.
  func fewChannelsGradient(_ shape: Conv2DShape, on device: Device) -> GradientKernel? {
    guard hasFewChannels(shape), RegisterTile.fitsPrivateMemory(floats: packedMap(shape)) else {
      return nil
    }
    let widest = RegisterTile(for: device).fitting(columns: shape.outputChannels)
    let run = shape.window.kernel * shape.inputChannels
    let rows = (1...widest.rows).last { run % $0 == 0 } ?? 1
    let tile = RegisterTile(lanes: widest.lanes, rows: rows, vectors: widest.vectors)
    return GradientKernel(
      name: "few channels",
      variant: KernelVariant("conv2d_few_channels.cl", "few_channels_weight", tile, shape))
  }
}

extension RegisterTile {
  /// Returns the tile with as many rows, at least half of its own, as leave the fewest empty in
  /// tiles of `count` rows; with `count` rows if there are fewer.
  func filling(_ count: Int) -> RegisterTile {
    func empty(_ rows: Int) -> Int { ceilDivide(count, rows) * rows - count }
    let choices = min(count, max(1, rows / 2))...min(count, rows)
    let best = choices.reduce(choices.lowerBound) { empty($1) <= empty($0) ? $1 : $0 }
    return RegisterTile(lanes: lanes, rows: best, vectors: vectors)
  }
}
