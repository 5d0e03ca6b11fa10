/// Convolutions, also for transposed ones, by the method that fits (`ConvolutionMethod`).
/// `kernels/cpu/conv2d.cl` computes direct ones.
extension CommandList {
  /// Computes y = conv(x, w) and the epilogue.
  ///
  /// Shapes: x (rows, height, width, ci), w (3, 3, ci, co), y (rows, output height, output width,
  /// co).
  public func conv2DForward(
    _ label: String, _ shape: Conv2DShape, _ x: Tensor, _ w: Tensor, epilogue: Epilogue,
    into y: Tensor
  ) {
    convolve(label, shape, transposed: false, x, w, epilogue, into: y)
  }

  /// Computes dx = convᵀ(dy, w) and the epilogue: also the forward pass of the transposed
  /// convolution.
  ///
  /// Shapes: dy (rows, output height, output width, co), w (3, 3, ci, co), dx (rows, height, width,
  /// ci).
  public func conv2DBackwardInput(
    _ label: String, _ shape: Conv2DShape, _ dy: Tensor, _ w: Tensor, epilogue: Epilogue,
    into dx: Tensor
  ) {
    convolve(label, shape, transposed: true, dy, w, epilogue, into: dx)
  }

  /// The minimal filters for a convolution or its data gradient, the default first; empty if the
  /// list sums directly.
  func minimalFilters(_ shape: Conv2DShape, transposed: Bool) -> [MinimalFilter] {
    winogradFilters(shape, transposed: transposed) + phasesFilters(shape, transposed: transposed)
  }

  /// Computes c = conv(a, w), or convᵀ(a, w) if `transposed`.
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
    let channels = shape.channels(transposed: transposed).outputs
    let function = transposed ? "conv2d_backward_input" : "conv2d_forward"
    let filters = minimalFilters(shape, transposed: transposed).map(RegisterWay.filtered)
    let tiles =
      imagesTiles(shape, transposed: transposed, epilogue).map(RegisterWay.byImages)
      + RegisterTile.ways(columns: channels, on: context.device).map(RegisterWay.direct)
    let ways = filters.isEmpty ? tiles : convolution == .winograd ? filters : filters + [tiles[0]]
    choose("\(function) \(c.rows)×\(shape)", among: ways) { way in
      switch way {
      case .filtered(let filter):
        filteredConv2D(label, filter, a, w, epilogue: epilogue, into: c, flops: flops)
      case .byImages(let tile):
        append(
          label,
          directVariant(shape, "conv2d_one_channel", tile, in: "conv2d_one_channel.cl")
            .adding(epilogue.options(channels: "1")),
          items: ceilDivide(c.rows, tile.lanes), flops: flops,
          .int(c.rows), .tensor(a), .tensor(w), .tensor(epilogue.aside), .tensor(c))
      case .direct(let tile):
        append(
          label,
          directVariant(shape, function, tile).adding(epilogue.options(channels: "\(channels)")),
          items: channels / tile.columns * ceilDivide(c.rows, tile.rows), flops: flops,
          .int(c.rows), .tensor(a), .tensor(w), .tensor(epilogue.aside), .tensor(c),
          more: epilogue.arguments)
      }
    }
  }

  /// Computes dw and db of a convolution; `biasAtInput` says which of the maps has the layer's
  /// bias.
  ///
  /// Shapes: x (rows, height, width, ci), dy (rows, output height, output width, co), dw (3, 3, ci,
  /// co), db (co), or (ci) if the bias belongs to x. Chunks of images are added in their order.
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
    let filter = winogradWeightFilter(shape)
    let usual = WeightGradientWay(filter: filter, images: imagesInChunk)
    let others = [imagesInChunk / 2, imagesInChunk * 2].map {
      WeightGradientWay(filter: filter, images: $0)
    }
    let direct = WeightGradientWay(filter: nil, images: imagesInChunk)
    let ways = [usual] + others + (filter != nil && convolution == .auto ? [direct] : [])
    choose("conv2d_backward_weight \(x.rows)×\(shape)", among: ways) { way in
      let chunks = ceilDivide(x.rows, way.images)
      let partials = Tensor(context, [chunks, dw.count], label: "\(label) partials")
      let variant =
        way.filter.map { $0.variant($0.function) }
        ?? directVariant(
          shape, "conv2d_backward_weight",
          RegisterTile(for: context.device).fitting(columns: shape.outputChannels))
      append(
        label, variant.adding(["CHUNK": "\(way.images)"]), items: chunks,
        flops: shape.flops(images: x.rows),
        .int(x.rows), .tensor(x), .tensor(dy), .tensor(partials))
      sumPartials(label + ".sum", partials, into: dw)
    }
    // The bias's gradient sums a map with the shape of y, whichever it is.
    channelSums(label + ".bias", of: biasAtInput ? x : dy, into: db)
  }

  /// The default number of images per work-item in weight gradients and channel sums.
  private var imagesInChunk: Int { 16 }

  /// Computes the sums of all pixels' channels: maps (rows, height, width, channels), sums
  /// (channels).
  private func channelSums(_ label: String, of maps: Tensor, into sums: Tensor) {
    let tile = RegisterTile(for: context.device).fitting(columns: sums.count)
    let pixels = maps.count / sums.count
    let chunk = imagesInChunk * pixels / maps.rows
    let partials = Tensor(
      context, [ceilDivide(pixels, chunk), sums.count], label: "\(label) partials")
    append(
      label,
      KernelVariant(
        "conv2d.cl", "channel_sums", ["LANES": tile.lanes, "TILE_VECTORS": tile.vectors]),
      items: sums.count / tile.columns * partials.rows,
      .int(pixels), .int(chunk), .int(sums.count), .tensor(maps), .tensor(partials))
    sumPartials(label + ".sum", partials, into: sums)
  }

  private func sumPartials(_ label: String, _ partials: Tensor, into sums: Tensor) {
    let range = FlatRange(sums.count, lanesDividing: sums.count, run: 128, on: context.device)
    append(
      label, range.variant("conv2d.cl", "sum_partials"), global: range.global,
      .uint(UInt32(sums.count)), .uint(UInt32(partials.rows)), .tensor(partials), .tensor(sums))
  }

  /// The tile of a data gradient of one channel whose vectors hold images
  /// (`kernels/cpu/conv2d_one_channel.cl`): half a row of 28 pixels, or a quarter with only 16
  /// registers. Nil if another kernel is needed.
  private func imagesTiles(
    _ shape: Conv2DShape, transposed: Bool, _ epilogue: Epilogue
  ) -> [RegisterTile] {
    let pixels = shape.height * shape.width
    let lanes = RegisterTile(for: context.device).fittingLanes(to: pixels)
      .fittingLanes(to: shape.outputChannels).lanes
    let privateFloats = lanes * (pixels + shape.outputWidth * shape.outputChannels)
    guard transposed, shape.inputChannels == 1, lanes > 1,
      RegisterTile.fitsPrivateMemory(floats: privateFloats)
    else { return [] }
    if case .output(_, _, _?) = epilogue { return [] }
    return [RegisterTile(lanes: lanes, rows: context.device.floatLanes >= 16 ? 14 : 7, vectors: 1)]
  }

  private func directVariant(
    _ shape: Conv2DShape, _ function: String, _ tile: RegisterTile, in file: String = "conv2d.cl"
  ) -> KernelVariant {
    KernelVariant(
      file, function,
      ["LANES": tile.lanes, "TILE_M": tile.rows, "TILE_VECTORS": tile.vectors]
    ).adding(shape.options)
  }
}

/// The variants of a convolution or its data gradient.
private enum RegisterWay: CustomStringConvertible {
  case filtered(MinimalFilter)
  case byImages(RegisterTile)
  case direct(RegisterTile)

  var description: String {
    switch self {
    case .filtered(let filter): filter.description
    case .byImages(let tile): "by images, \(tile)"
    case .direct(let tile): "direct, \(tile)"
    }
  }
}

/// The variants of a weight gradient: by a filter or directly, with this many images per chunk.
private struct WeightGradientWay: CustomStringConvertible {
  let filter: MinimalFilter?
  let images: Int

  var description: String { "\(filter == nil ? "direct" : "winograd"), \(images) images" }
}
