/// Convolutions, which serve transposed ones too, by the method that fits (`ConvolutionMethod`); the direct
/// ones are those of `kernels/conv2d.cl`.
extension CommandList {
  /// y = conv(x, w), with what `epilogue` says.
  ///
  /// Shapes: x (rows, height, width, ci), w (3, 3, ci, co), y (rows, output height, output width, co).
  ///
  /// - Throws: `OpenCLError` where there is no memory for transformed filters.
  public func conv2DForward(
    _ label: String, _ shape: Conv2DShape, _ x: Tensor, _ w: Tensor, epilogue: Epilogue,
    into y: Tensor
  ) {
    convolve(label, shape, transposed: false, x, w, epilogue, into: y)
  }

  /// dx = convᵀ(dy, w), with what `epilogue` says: also the forward pass of the transposed convolution.
  ///
  /// Shapes: dy (rows, output height, output width, co), w (3, 3, ci, co), dx (rows, height, width, ci).
  ///
  /// - Throws: as `conv2DForward`.
  public func conv2DBackwardInput(
    _ label: String, _ shape: Conv2DShape, _ dy: Tensor, _ w: Tensor, epilogue: Epilogue,
    into dx: Tensor
  ) {
    convolve(label, shape, transposed: true, dy, w, epilogue, into: dx)
  }

  /// The minimal filter that the list takes for a convolution or its data gradient; nil where it sums
  /// directly.
  func minimalFilter(_ shape: Conv2DShape, transposed: Bool) -> MinimalFilter? {
    winogradFilter(shape, transposed: transposed) ?? phasesFilter(shape, transposed: transposed)
  }

  /// c = conv(a, w), or `transposed` convᵀ(a, w).
  private func convolve(
    _ label: String, _ shape: Conv2DShape, transposed: Bool, _ a: Tensor, _ w: Tensor,
    _ epilogue: Epilogue, into c: Tensor
  ) {
    guard context.family == .register else {
      return transposed
        ? groupConv2DBackwardInput(label, shape, a, w, epilogue, into: c)
        : groupConv2DForward(label, shape, a, w, epilogue, into: c)
    }
    let flops = shape.flops(images: c.rows)
    if let filter = minimalFilter(shape, transposed: transposed) {
      return filteredConv2D(label, filter, a, w, epilogue: epilogue, into: c, flops: flops)
    }
    let channels = shape.channels(transposed: transposed).outputs
    let tile = directTile(channels: channels)
    let function = transposed ? "conv2d_backward_input" : "conv2d_forward"
    append(
      label, directVariant(shape, function, tile).adding(epilogue.options(channels: "\(channels)")),
      global: [channels / (tile.lanes * tile.vectors), ceilDivide(c.rows, tile.rows)],
      local: [1, 1], flops: flops,
      .int(c.rows), .tensor(a), .tensor(w), .tensor(epilogue.aside), .tensor(c),
      more: epilogue.arguments)
  }

  /// dw and db of a convolution: `biasAtInput` says which of the maps the layer's bias stands at.
  ///
  /// Shapes: x (rows, height, width, ci), dy (rows, output height, output width, co), dw (3, 3, ci, co),
  /// db (co), or (ci) where the bias stands at x. Chunks of images are added in their order.
  ///
  /// - Throws: `OpenCLError` where there is no memory for the chunks' sums.
  public func conv2DBackwardWeight(
    _ label: String, _ shape: Conv2DShape, x: Tensor, dy: Tensor, into dw: Tensor, bias db: Tensor,
    biasAtInput: Bool
  ) {
    guard context.family == .register else {
      groupConv2DBackwardWeight(
        label, shape, x: x, dy: dy, into: dw, sums: biasAtInput ? nil : db)
      if biasAtInput {
        groupColumnSums(label + ".bias", of: x, columns: shape.inputChannels, into: db)
      }
      return
    }
    let chunks = ceilDivide(x.rows, imagesInChunk)
    let partials = Tensor(context, [chunks, dw.count], label: "\(label) partials")
    let isFiltered = winogradBackwardWeight(
      label, shape, x: x, dy: dy, imagesInChunk: imagesInChunk, into: partials)
    if !isFiltered {
      append(
        label,
        directVariant(
          shape, "conv2d_backward_weight", directTile(channels: shape.outputChannels)
        ).adding(["IMAGES": "\(imagesInChunk)"]),
        global: [chunks], local: [1], flops: shape.flops(images: x.rows),
        .int(x.rows), .tensor(x), .tensor(dy), .tensor(partials))
    }
    sumPartials(label + ".sum", partials, into: dw)
    // The bias's gradient sums a map that looks like y, whichever it is.
    channelSums(label + ".bias", of: biasAtInput ? x : dy, into: db)
  }

  /// Images whose weight gradients one work-item adds.
  private var imagesInChunk: Int { 16 }

  /// The sums of all pixels' channels: maps (rows, height, width, channels), sums (channels).
  private func channelSums(_ label: String, of maps: Tensor, into sums: Tensor) {
    let chunks = ceilDivide(maps.rows, imagesInChunk)
    let partials = Tensor(context, [chunks, sums.count], label: "\(label) partials")
    append(
      label,
      KernelVariant(
        "conv2d.cl", "channel_sums",
        [
          "LANES": directTile(channels: sums.count).lanes, "CO": sums.count,
          "OUT_HEIGHT": maps.shape[1], "OUT_WIDTH": maps.shape[2], "IMAGES": imagesInChunk,
        ]),
      global: [chunks], local: [1],
      .int(maps.rows), .tensor(maps), .tensor(partials))
    sumPartials(label + ".sum", partials, into: sums)
  }

  private func sumPartials(_ label: String, _ partials: Tensor, into sums: Tensor) {
    let range = FlatRange(sums.count, lanesDividing: sums.count, run: 128, on: context.device)
    append(
      label, range.variant("conv2d.cl", "sum_partials"), global: range.global,
      .uint(UInt32(sums.count)), .uint(UInt32(partials.rows)), .tensor(partials), .tensor(sums))
  }

  /// The tile whose vectors run along `channels`.
  private func directTile(channels: Int) -> RegisterTile {
    let tile = RegisterTile(for: context.device).fittingLanes(to: channels)
    return tile.fittingVectors(to: channels / tile.lanes)
  }

  private func directVariant(
    _ shape: Conv2DShape, _ function: String, _ tile: RegisterTile
  ) -> KernelVariant {
    KernelVariant(
      "conv2d.cl", function,
      ["LANES": tile.lanes, "TILE_M": tile.rows, "TILE_VECTORS": tile.vectors]
    ).adding(shape.options)
  }
}
