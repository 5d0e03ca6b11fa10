/// Plans convolutions with register tiles, for CPUs: by minimal filtering (`Conv2DWinograd.swift`,
/// `Conv2DPhases.swift`, `Conv2D4x4.swift`) or directly (`kernels/cpu/conv2d.cl`,
/// `FewChannels.swift`).
public struct RegisterConvolutions: ConvolutionPlanner {
  /// The default number of images per work-item in weight gradients and channel sums.
  private let imagesInChunk = 16

  /// Creates the planner.
  public init() {}

  /// Returns the variants of a convolution or its data gradient, the predicted-fastest first.
  public func variants(
    of convolution: Convolution, on list: CommandList
  ) -> [ConvolutionVariant] {
    let (shape, transposed) = (convolution.shape, convolution.transposed)
    let fourTaps = fourTapFilters(
      shape, transposed: transposed, images: convolution.rows, on: list)
    let filtered =
      minimalFilters(shape, transposed, on: list).map { $0.variant(of: convolution) }
      + fourTaps.map { $0.variant(of: convolution) }
    let direct =
      imagesTiles(convolution, on: list.context.device).map { byImages(convolution, $0) }
      + fewChannels(convolution, on: list.context.device)
      + directTiles(convolution, on: list.context.device).map { self.direct(convolution, $0) }
    if filtered.isEmpty { return direct }
    return list.convolution == .winograd ? filtered : filtered + direct.prefix(1)
  }

  /// Returns the minimal filters for a convolution or its data gradient, the default first; none if
  /// the list uses direct sums.
  func minimalFilters(
    _ shape: Conv2DShape, _ transposed: Bool, on list: CommandList
  ) -> [MinimalFilter] {
    winogradFilters(shape, transposed: transposed, on: list)
      + phasesFilters(shape, transposed: transposed, on: list)
  }

  /// Returns the tiles of direct sums, the predicted-fastest first. A work-item keeps the sums of
  /// whole maps and a row of taps, so large maps leave room for smaller tiles only.
  private func directTiles(_ convolution: Convolution, on device: Device) -> [RegisterTile] {
    let (shape, transposed) = (convolution.shape, convolution.transposed)
    let pixels =
      transposed ? shape.height * shape.width : shape.outputHeight * shape.outputWidth
    let taps = ceilDivide(shape.window.kernel, transposed ? shape.window.stride : 1)
    let panel = taps * shape.channels(transposed: transposed).inputs
    var tiles: [RegisterTile] = []
    for tile in RegisterTile.variants(columns: convolution.outputChannels, on: device) {
      let fitting = tile.fittingMemory { ($0.rows * pixels + panel) * $0.columns }
      if !tiles.contains(fitting) { tiles.append(fitting) }
    }
    return tiles
  }

  private func direct(_ convolution: Convolution, _ tile: RegisterTile) -> ConvolutionVariant {
    let (rows, channels) = (convolution.rows, convolution.outputChannels)
    return ConvolutionVariant("direct, \(tile)") { list, label in
      list.append(
        label,
        KernelVariant("conv2d.cl", convolution.function, tile, convolution.shape)
          .adding(convolution.epilogue.options(channels: "\(channels)")),
        over: .claimed(channels / tile.columns * ceilDivide(rows, tile.rows)),
        cost: convolution.cost, convolution.arguments + convolution.epilogue.arguments)
    }
  }

  /// Returns the variant of a data gradient with one channel whose vectors hold images.
  private func byImages(_ convolution: Convolution, _ tile: RegisterTile) -> ConvolutionVariant {
    ConvolutionVariant("by images, \(tile)") { list, label in
      list.append(
        label,
        KernelVariant("conv2d_one_channel.cl", "conv2d_one_channel", tile, convolution.shape)
          .adding(convolution.epilogue.options(channels: "1")),
        over: .claimed(ceilDivide(convolution.rows, tile.lanes)), cost: convolution.cost,
        convolution.arguments)
    }
  }

  /// Returns the tile of a data gradient with one channel whose vectors hold images
  /// (`kernels/cpu/conv2d_one_channel.cl`); none if another kernel is needed. The tile is half a
  /// row of 28 pixels, or a quarter if there are only 16 registers.
  private func imagesTiles(_ convolution: Convolution, on device: Device) -> [RegisterTile] {
    let shape = convolution.shape
    let pixels = shape.height * shape.width
    let lanes = RegisterTile(for: device).fittingLanes(to: pixels)
      .fittingLanes(to: shape.outputChannels).lanes
    let privateFloats = lanes * (pixels + shape.outputWidth * shape.outputChannels)
    guard convolution.transposed, shape.inputChannels == 1, lanes > 1,
      RegisterTile.fitsPrivateMemory(floats: privateFloats)
    else { return [] }
    if case .output(_, _, _?) = convolution.epilogue { return [] }
    return [RegisterTile(lanes: lanes, rows: device.floatLanes >= 16 ? 14 : 7, vectors: 1)]
  }

  /// Returns the variants of a weight gradient, the predicted-fastest first.
  public func variants(of gradient: WeightGradient, on list: CommandList) -> [ConvolutionVariant] {
    let (shape, images) = (gradient.shape, gradient.x.rows)
    let direct =
      fewChannelsGradient(shape, on: list.context.device)
      ?? GradientKernel(name: "direct", variant: directGradient(shape, on: list.context.device))
    let filtered = filteredGradients(shape, images: images, on: list)
    guard let (kernel, chunk) = filtered.first else {
      return [imagesInChunk, imagesInChunk / 2, imagesInChunk * 2]
        .map { variant(of: gradient, direct, images: $0) }
    }
    let others =
      filtered.dropFirst() + (list.convolution == .auto ? [(direct, imagesInChunk)] : [])
    return [chunk, max(1, chunk / 2), chunk * 2].map { variant(of: gradient, kernel, images: $0) }
      + others.map { variant(of: gradient, $0.kernel, images: $0.chunk) }
  }

  /// Returns the kernels of a weight gradient by minimal filtering, the default first, each with
  /// the images of a chunk. Chunks are large, since their sums are transformed at the end, but each
  /// core gets some items.
  private func filteredGradients(
    _ shape: Conv2DShape, images: Int, on list: CommandList
  ) -> [(kernel: GradientKernel, chunk: Int)] {
    let cores = list.context.device.computeUnits
    let winograd = winogradWeightKernels(shape, on: list).map {
      (kernel: $0, chunk: images >= 4 * imagesInChunk * cores ? 2 * imagesInChunk : imagesInChunk)
    }
    let phases = phasesWeightKernels(shape, on: list).map { kernel in
      (kernel: kernel, chunk: ceilDivide(images, ceilDivide(4 * cores, kernel.blocks)))
    }
    let fourTaps = fourTapWeightFilter(shape, on: list).map {
      (kernel: $0.gradientKernel, chunk: max(imagesInChunk, $0.fewestImages))
    }
    return winograd + phases + [fourTaps].compactMap(\.self)
  }

  /// Returns the variant of a weight gradient that uses `kernel`, with `images` images per chunk.
  private func variant(
    of gradient: WeightGradient, _ kernel: GradientKernel, images: Int
  ) -> ConvolutionVariant {
    let (x, dw) = (gradient.x, gradient.dw)
    return ConvolutionVariant("\(kernel.name), \(images) images") { list, label in
      let chunks = ceilDivide(x.rows, images)
      let isWhole = chunks == 1 && kernel.blocks > 1
      let partials =
        isWhole ? dw : list.workspace([chunks, dw.count], label: "\(label) partials")
      list.append(
        label, kernel.variant.adding(["CHUNK": "\(images)"]),
        over: .claimed(chunks * kernel.blocks), cost: gradient.cost,
        [.int(x.rows), .tensor(x), .tensor(gradient.dy), .tensor(partials)])
      if !isWhole { appendSum(of: partials, into: dw, label, on: list) }
    }
  }

  /// Returns the kernel of a weight gradient by direct sums. A work-item packs images of both
  /// operands: as many as by default if there is room, and at least one column tile of one image.
  private func directGradient(_ shape: Conv2DShape, on device: Device) -> KernelVariant {
    let y = shape.outputHeight * shape.outputWidth
    let x = shape.height * (shape.width + 2 * shape.window.padding)
    let widest = RegisterTile(for: device).fitting(columns: shape.outputChannels)
    let tile = widest.fittingMemory { y * $0.columns + x * $0.rows }
    let columnTiles = shape.outputChannels / tile.columns
    let packings = [(4, columnTiles)] + divisors(of: columnTiles).map { (1, $0) }
    let (images, tiles) =
      packings.first { images, tiles in
        RegisterTile.fitsPrivateMemory(
          floats: images * (y * tiles * tile.columns + x * tile.rows))
      } ?? (1, 1)
    let packing =
      (images, tiles) == packings[0] ? [:] : ["IMAGES": "\(images)", "COLUMN_TILES": "\(tiles)"]
    return KernelVariant("conv2d_weight.cl", "conv2d_backward_weight", tile, shape)
      .adding(packing)
  }

  /// Returns the divisors of a number, the largest first.
  private func divisors(of number: Int) -> [Int] {
    (1...number).reversed().filter { number % $0 == 0 }
  }

  /// Appends the bias's gradient.
  public func appendBiasGradient(
    of gradient: WeightGradient, _ label: String, on list: CommandList
  ) {
    switch gradient.bias {
    case .ofOutput(let db): appendChannelSums(of: gradient.dy, into: db, label, on: list)
    case .ofInput(let db): appendChannelSums(of: gradient.x, into: db, label, on: list)
    }
  }

  /// Appends the sums over all pixels, for each channel.
  ///
  /// Shapes: maps (rows, height, width, channels), sums (channels).
  private func appendChannelSums(
    of maps: Tensor, into sums: Tensor, _ label: String, on list: CommandList
  ) {
    let label = label + ".bias"
    let tile = RegisterTile(for: list.context.device).fitting(columns: sums.count)
    let pixels = maps.count / sums.count
    let chunk = imagesInChunk * pixels / maps.rows
    let partials = list.workspace(
      [ceilDivide(pixels, chunk), sums.count], label: "\(label) partials")
    list.append(
      label,
      KernelVariant(
        "conv2d_weight.cl", "channel_sums", ["LANES": tile.lanes, "TILE_VECTORS": tile.vectors]),
      over: .claimed(sums.count / tile.columns * partials.rows),
      [.int(pixels), .int(chunk), .int(sums.count), .tensor(maps), .tensor(partials)])
    appendSum(of: partials, into: sums, label, on: list)
  }

  private func appendSum(
    of partials: Tensor, into sums: Tensor, _ label: String, on list: CommandList
  ) {
    let range = FlatRange(
      sums.count, lanesDividing: sums.count, run: 128, on: list.context.device)
    list.append(
      label + ".sum", range.variant("conv2d_weight.cl", "sum_partials"), over: .items(range.global),
      [.uint(UInt32(sums.count)), .uint(UInt32(partials.rows)), .tensor(partials), .tensor(sums)])
  }
}

/// A kernel of weight gradients.
struct GradientKernel: Equatable {
  /// Its name in tunings.
  let name: String
  /// The kernel, with its options except the images of a chunk.
  let variant: KernelVariant
  /// Work-items for each chunk of images.
  var blocks = 1
}

extension Convolution {
  /// The channels of c.
  var outputChannels: Int { shape.channels(transposed: transposed).outputs }

  /// The arguments of kernels that sum directly.
  var arguments: [KernelArgument] {
    [.int(rows), .tensor(a), .tensor(w), .tensor(epilogue.aux), .tensor(c)]
  }
}

extension KernelVariant {
  /// Creates the variant of a kernel that uses direct sums in register tiles.
  init(
    _ file: String, _ function: String, _ tile: RegisterTile, _ shape: Conv2DShape
  ) {
    self = KernelVariant(
      file, function,
      ["LANES": tile.lanes, "TILE_M": tile.rows, "TILE_VECTORS": tile.vectors]
    ).adding(shape.options)
  }
}
