/// Minimal filtering of 4×4 taps, stride 2 and padding 1 (`kernels/cpu/conv2d_4x4.cl`).
struct FourTapFilter: Equatable {
  let shape: Conv2DShape
  let transposed: Bool
  let tile: RegisterTile
  /// Tiles of 4×4 outputs that a work-item transforms at once.
  let tiles: Int
  /// Input channels that a work-item transforms at once, and output channels that it computes.
  let depth, block: Int

  /// The products of a tile, for each pair of channels and of parities.
  private static let points = 25

  /// The tiles of an image: of the output, or of the pixels of the larger map with equal parities.
  var mapTiles: Int {
    transposed
      ? Self.tiles(ceilDivide(shape.height, 2), ceilDivide(shape.width, 2))
      : Self.tiles(shape.outputHeight, shape.outputWidth)
  }

  static func tiles(_ height: Int, _ width: Int) -> Int {
    ceilDivide(height, 4) * ceilDivide(width, 4)
  }

  /// Whether a work-item has room for its points of inputs, filters and products.
  fileprivate var fitsPrivateMemory: Bool {
    let floats = tiles * (depth + block) + depth * max(tile.columns, transposed ? 0 : block)
    return RegisterTile.fitsPrivateMemory(floats: Self.points * floats)
  }

  /// Returns the kernel `function`, with its options.
  fileprivate func variant(_ function: String) -> KernelVariant {
    KernelVariant(
      "conv2d_4x4.cl", function,
      [
        "LANES": tile.lanes, "TILE_M": tile.rows, "TILE_VECTORS": tile.vectors, "TILES": tiles,
        "DEPTH": depth, "BLOCK": block, "TRANSPOSED": transposed ? 1 : 0,
      ]
    ).adding(shape.options)
  }

  /// Returns the variant of a convolution that uses this filter.
  func variant(of convolution: Convolution) -> ConvolutionVariant {
    ConvolutionVariant("4×4, \(tiles) tiles, \(block) channels") { list, label in
      let channels = convolution.outputChannels
      list.append(
        label,
        variant("conv2d_4x4").adding(convolution.epilogue.options(channels: "\(channels)")),
        over: .claimed(items(images: convolution.rows)), cost: convolution.cost,
        convolution.arguments + convolution.epilogue.arguments)
    }
  }

  /// Returns the number of work-items for a number of images.
  fileprivate func items(images: Int) -> Int {
    ceilDivide(images * mapTiles, tiles) * (shape.channels(transposed: transposed).outputs / block)
  }

  /// The kernel of a weight gradient that uses this filter.
  var gradientKernel: GradientKernel {
    GradientKernel(
      name: "4×4", variant: variant("conv2d_4x4_weight"),
      blocks: 4 * (shape.inputChannels / depth) * (shape.outputChannels / block))
  }

  /// The fewest images of a chunk of a weight gradient. With fewer than 64 tiles, transforming the
  /// sums would take a fifth of the time.
  var fewestImages: Int { ceilDivide(64, mapTiles) }
}

extension RegisterConvolutions {
  /// Returns the filters for a convolution or its data gradient, the default first; none if another
  /// method is used.
  func fourTapFilters(
    _ shape: Conv2DShape, transposed: Bool, images: Int, on list: CommandList
  ) -> [FourTapFilter] {
    let (inputs, outputs) = shape.channels(transposed: transposed)
    guard shape.window == Conv2DWindow(kernel: 4, stride: 2), shape.outputHeight > 0,
      shape.outputWidth > 0,
      let widest = MinimalFilter.tile(inputs: inputs, outputs: outputs, on: list)
    else { return [] }
    // By default, filter only if that saves a quarter of the products.
    let products = 4 * shape.outputHeight * shape.outputWidth
    let tiles = FourTapFilter.tiles(shape.outputHeight, shape.outputWidth)
    guard list.convolution == .winograd || 25 * tiles * 4 <= 3 * products else { return [] }
    let tile = RegisterTile(
      lanes: widest.lanes, rows: min(widest.rows, 8), vectors: widest.vectors)
    let depth = Self.part(of: inputs, in: tile.lanes, upTo: 32)
    let filters = [(32, 128), (32, 64), (64, 128), (16, 64), (16, 32), (8, 16)].map {
      tiles, block in
      FourTapFilter(
        shape: shape, transposed: transposed, tile: tile,
        tiles: ceilDivide(tiles, tile.rows) * tile.rows, depth: depth,
        block: Self.part(of: outputs, in: tile.columns, upTo: block))
    }.filter(\.fitsPrivateMemory)
    // NOTE: a core without an item would wait for the others.
    let enough = 2 * list.context.device.computeUnits
    let first = filters.first { $0.items(images: images) >= enough } ?? filters.last
    return first.map { first in [first] + filters.filter { $0 != first } } ?? []
  }

  /// Returns the filter for the weight gradient of a convolution; nil if it is summed directly.
  func fourTapWeightFilter(_ shape: Conv2DShape, on list: CommandList) -> FourTapFilter? {
    let filters = fourTapFilters(shape, transposed: false, images: 1 << 20, on: list)
    guard let filter = filters.first else { return nil }
    let depth = Self.part(of: shape.inputChannels, in: filter.tile.lanes, upTo: 64)
    let tile = RegisterTile(
      lanes: filter.tile.lanes, rows: Self.part(of: depth, in: 1, upTo: filter.tile.rows),
      vectors: filter.tile.vectors)
    return FourTapFilter(
      shape: shape, transposed: false, tile: tile, tiles: filter.tiles, depth: depth,
      block: Self.part(of: shape.outputChannels, in: tile.columns, upTo: 64))
  }

  /// Returns the largest divisor of `count` that is a multiple of `unit` and at most `limit`, or
  /// `unit` if there is none.
  static func part(of count: Int, in unit: Int, upTo limit: Int) -> Int {
    unit * ((1...max(1, limit / unit)).last { count / unit % $0 == 0 } ?? 1)
  }
}
