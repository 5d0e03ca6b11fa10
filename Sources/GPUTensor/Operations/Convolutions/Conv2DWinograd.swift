/// Minimal filtering of stride 1, F(4×4, 3×3) (`kernels/cpu/conv2d_winograd.cl`).
extension RegisterConvolutions {
  /// Returns the filters for a convolution or its data gradient, the default first; none if another
  /// method is used.
  func winogradFilters(
    _ shape: Conv2DShape, transposed: Bool, on list: CommandList
  ) -> [MinimalFilter] {
    let (inputs, outputs) = shape.channels(transposed: transposed)
    guard shape.window == Conv2DWindow(),
      let tile = MinimalFilter.tile(inputs: inputs, outputs: outputs, on: list)
    else { return [] }
    let mapTiles = ceilDivide(shape.height, 4) * ceilDivide(shape.width, 4)
    // By default, filter only if that halves the number of products.
    let products = shape.taps * shape.height * shape.width
    guard list.convolution == .winograd || 2 * MinimalFilter.filters * mapTiles <= products else {
      return []
    }
    let filters = Self.cuts(mapTiles: mapTiles, rows: tile.rows).map { images, rows in
      MinimalFilter(
        file: "conv2d_winograd.cl", filterFunction: "winograd_filter", function: "winograd_conv2d",
        options: [
          "HEIGHT": shape.height, "WIDTH": shape.width, "TRANSPOSED": transposed ? 1 : 0,
        ], inputs: inputs, outputs: outputs,
        tile: RegisterTile(lanes: tile.lanes, rows: rows, vectors: tile.vectors), images: images,
        privateFloats: MinimalFilter.filters * (images * mapTiles + rows) * (inputs + 32))
    }.filter(\.fitsPrivateMemory)
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

  /// Returns the filter for the weight gradient of a convolution; nil if it is summed directly.
  func winogradWeightFilter(_ shape: Conv2DShape, on list: CommandList) -> MinimalFilter? {
    let filters = winogradFilters(shape, transposed: false, on: list)
    guard var filter = filters.max(by: { $0.tile.rows < $1.tile.rows }) else { return nil }
    filter.function = "winograd_backward_weight"
    // Measured: two images at once are as fast as four, and 1.1 times as fast as one.
    filter.images = 2
    let tiles = filter.images * ceilDivide(shape.height, 4) * ceilDivide(shape.width, 4)
    let (ci, co) = (filter.inputs, filter.outputs)
    filter.privateFloats = MinimalFilter.filters * (tiles * (ci + co) + ci * co)
    return filter.fitsPrivateMemory ? filter : nil
  }
}
