/// Minimal filtering of stride 1, F(4×4, 3×3) and F(5×5, 3×3) (`kernels/cpu/conv2d_winograd.cl`).
extension RegisterConvolutions {
  /// Returns the filters for a convolution or its data gradient, the default first; none if another
  /// method is used.
  func winogradFilters(
    _ shape: Conv2DShape, transposed: Bool, on list: CommandList
  ) -> [MinimalFilter] {
    guard let tile = widestTile(shape, transposed: transposed, on: list) else { return [] }
    return grids(shape).flatMap {
      winogradFilters(shape, transposed: transposed, $0, tile, on: list)
    }
  }

  /// Returns the divisions of a map, the default first.
  private func grids(_ shape: Conv2DShape) -> [WinogradGrid] {
    let (fewest, fours) = (WinogradGrid(fewestPoints: shape), WinogradGrid(ofFours: shape))
    return fewest == fours ? [fours] : [fewest, fours]
  }

  /// Returns the widest register tile; nil if this method is not used.
  private func widestTile(
    _ shape: Conv2DShape, transposed: Bool, on list: CommandList
  ) -> RegisterTile? {
    let (inputs, outputs) = shape.channels(transposed: transposed)
    guard shape.window == Conv2DWindow(),
      let tile = MinimalFilter.tile(inputs: inputs, outputs: outputs, on: list)
    else { return nil }
    // By default, filter only if that halves the number of products.
    let products = shape.taps * shape.height * shape.width
    let halves = 2 * WinogradGrid(fewestPoints: shape).products <= products
    return list.convolution == .winograd || halves ? tile : nil
  }

  /// Returns the filters of a grid, the default first.
  private func winogradFilters(
    _ shape: Conv2DShape, transposed: Bool, _ grid: WinogradGrid, _ tile: RegisterTile,
    on list: CommandList
  ) -> [MinimalFilter] {
    let (inputs, outputs) = shape.channels(transposed: transposed)
    let filters = Self.cuts(mapTiles: grid.tiles, rows: tile.rows).map { images, rows in
      MinimalFilter(
        file: "conv2d_winograd.cl", filterFunction: "winograd_filter", function: "winograd_conv2d",
        options: grid.options.merging(["TRANSPOSED": transposed ? 1 : 0]) { $1 },
        mapOptions: ["HEIGHT": shape.height, "WIDTH": shape.width],
        points: grid.points, inputs: inputs, outputs: outputs,
        tile: RegisterTile(lanes: tile.lanes, rows: rows, vectors: tile.vectors), images: images,
        privateFloats: grid.points * (images * grid.tiles + rows) * (inputs + 32))
    }.filter(\.fitsPrivateMemory)
    // Measured on Zen 5: with runs of five, three images take 0.9 to 0.98 of the time of one.
    if grid.hasFives { return filters.sorted { $0.images > $1.images } }
    // With AVX-512, two thirds of the registers are enough to hide the latency of products, and the
    // L2 cache matters more. If the fullest tiling takes more than half of it, the one with the
    // smallest memory comes first.
    guard tile.lanes >= 16, let fullest = filters.first,
      let smallest = filters.min(by: { $0.privateFloats < $1.privateFloats }),
      list.context.device.secondCache > 0,
      8 * fullest.privateFloats > list.context.device.secondCache
    else { return filters }
    return [smallest] + filters.filter { $0.images != smallest.images }
  }

  /// Returns the choices of images per work-item and rows of a register tile. For each number of
  /// images it has the tallest tile that leaves the fewest rows empty. The fullest come first.
  private static func cuts(mapTiles: Int, rows: Int) -> [(images: Int, rows: Int)] {
    func fill(_ images: Int, _ rows: Int) -> Double {
      Double(images * mapTiles) / Double(ceilDivide(images * mapTiles, rows) * rows)
    }
    let cuts = (1...3).map { images in
      (rows * 2 / 3...rows).map { (fill: fill(images, $0), rows: $0, images: images) }
        .reduce((fill: 0, rows: rows, images: images)) {
          ($0.fill, $0.rows) < ($1.fill, $1.rows) ? $1 : $0
        }
    }
    return cuts.sorted { ($0.fill, $0.rows, -$0.images) > ($1.fill, $1.rows, -$1.images) }
      .map { ($0.images, $0.rows) }
  }

  /// Returns the kernels of a weight gradient, the default first; none if it is summed directly.
  func winogradWeightKernels(_ shape: Conv2DShape, on list: CommandList) -> [GradientKernel] {
    guard let tile = widestTile(shape, transposed: false, on: list) else { return [] }
    let (ci, co) = shape.channels(transposed: false)
    return grids(shape).compactMap { grid in
      // Measured on Zen 5: four images at once take 0.95 to 1 of the time of two.
      let images = [4, 2].first { images in
        RegisterTile.fitsPrivateMemory(
          floats: grid.points * (images * grid.tiles * (ci + co) + ci * co))
      }
      return images.map { images in
        GradientKernel(
          name: grid.hasFives ? "winograd 5×5" : "winograd",
          variant: KernelVariant(
            "conv2d_winograd_weight.cl", "winograd_backward_weight",
            [
              "LANES": tile.lanes, "TILE_M": tile.rows, "TILE_VECTORS": tile.vectors,
              "IMAGES": images, "CI": ci, "CO": co, "HEIGHT": shape.height, "WIDTH": shape.width,
            ]
          ).adding(grid.options.mapValues { "\($0)" }))
      }
    }
  }
}

/// How a map is divided into tiles for minimal filtering of stride 1.
private struct WinogradGrid: Equatable {
  let down, across: WinogradLine

  /// Divides a map into tiles of 4×4.
  init(ofFours shape: Conv2DShape) {
    down = WinogradLine(shape.height, fives: 0)
    across = WinogradLine(shape.width, fives: 0)
  }

  /// Divides a map such that it takes the fewest products.
  init(fewestPoints shape: Conv2DShape) {
    down = WinogradLine(fewestPoints: shape.height)
    across = WinogradLine(fewestPoints: shape.width)
  }

  /// The most tiles that a point has.
  var tiles: Int { down.runs * across.runs }
  /// The products of a map, for each pair of channels.
  var products: Int { down.points * across.points }
  /// The points of a tile.
  var points: Int { hasFives ? 49 : 36 }
  var hasFives: Bool { down.fives + across.fives > 0 }

  /// The build options.
  var options: [String: Int] {
    hasFives ? ["FIVES_DOWN": down.fives, "FIVES_ACROSS": across.fives] : [:]
  }
}

/// A line of pixels, divided into runs of five and, after them, of four.
private struct WinogradLine: Equatable {
  let fives, fours: Int

  /// Divides a line with a number of runs of five.
  init(_ size: Int, fives: Int) {
    self.fives = fives
    fours = ceilDivide(max(0, size - 5 * fives), 4)
  }

  /// Divides a line such that it has the fewest points.
  init(fewestPoints size: Int) {
    let lines = (0...ceilDivide(size, 5)).map { WinogradLine(size, fives: $0) }
    self = lines.min { $0.points < $1.points } ?? WinogradLine(size, fives: 0)
  }

  var runs: Int { fives + fours }
  var points: Int { 7 * fives + 6 * fours }
}
