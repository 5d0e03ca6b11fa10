/// Minimal filtering of stride 2, phase by phase (`kernels/cpu/conv2d_phases.cl`).
extension RegisterConvolutions {
  /// Returns the filters for a convolution or its data gradient, the default first; none if another
  /// method is used.
  func phasesFilters(
    _ shape: Conv2DShape, transposed: Bool, on list: CommandList
  ) -> [MinimalFilter] {
    let (inputs, outputs) = shape.channels(transposed: transposed)
    let size = shape.outputHeight
    guard shape.window == Conv2DWindow(stride: 2), shape.height == 2 * size,
      shape.width == 2 * size,
      let (quads, triples) = Self.runs(in: size),
      let tile = MinimalFilter.tile(inputs: inputs, outputs: outputs, on: list)
    else { return [] }
    // With the paper's channels, three maps fit the L2 cache. With AVX-512 more maps are better,
    // since the filters are read from the L3 cache for each group of maps (measured: six maps take
    // 0.88 to 1 of the time).
    return (tile.lanes >= 16 ? [6, 3, 2] : [3, 6, 2]).map { images in
      MinimalFilter(
        file: "conv2d_phases.cl", filterFunction: "phases_filter", function: "conv2d_phases",
        options: ["TRANSPOSED": transposed ? 1 : 0],
        mapOptions: ["QUADS": quads, "TRIPLES": triples],
        points: 36, inputs: inputs, outputs: outputs, tile: tile, images: images,
        privateFloats: images * Self.places(in: size) * (inputs + 48))
    }.filter(\.fitsPrivateMemory)
  }

  /// Returns the kernels of a weight gradient, the default first; none if it is summed directly.
  func phasesWeightKernels(_ shape: Conv2DShape, on list: CommandList) -> [GradientKernel] {
    guard let filter = phasesFilters(shape, transposed: false, on: list).first else { return [] }
    let (ci, co) = (filter.inputs, filter.outputs)
    // Measured on Zen 5: large blocks, which transform maps fewer times, are faster than blocks
    // whose sums fit the L2 cache.
    let blocks: [(depth: Int, block: Int, images: Int)] = [(64, 128, 4), (64, 64, 2), (32, 64, 2)]
    return blocks.compactMap { limits in
      let depth = Self.part(of: ci, in: filter.tile.lanes, upTo: limits.depth)
      let block = Self.part(of: co, in: filter.tile.columns, upTo: limits.block)
      let places = limits.images * Self.places(in: shape.outputHeight)
      let floats = places * (depth + block) + filter.points * depth * block
      guard RegisterTile.fitsPrivateMemory(floats: floats) else { return nil }
      return GradientKernel(
        name: "phases, \(depth)×\(block) channels",
        variant: KernelVariant(
          "conv2d_phases_weight.cl", "conv2d_phases_weight",
          [
            "LANES": filter.tile.lanes, "TILE_VECTORS": filter.tile.vectors,
            "TILE_M": Self.part(of: depth, in: 1, upTo: min(8, filter.tile.rows)),
            "IMAGES": limits.images, "CI": ci, "CO": co, "DEPTH": depth, "BLOCK": block,
          ]
        ).adding(filter.mapOptions.mapValues { "\($0)" }), blocks: (ci / depth) * (co / block))
    }
  }

  /// The products of a map whose smaller side is `size`, for each pair of channels.
  private static func places(in size: Int) -> Int {
    guard let (quads, triples) = runs(in: size) else { return 0 }
    let points = 2 * size + quads + triples
    return points * points
  }

  /// Splits `size` into runs of four and as few runs of three as possible; nil if that is
  /// impossible.
  private static func runs(in size: Int) -> (quads: Int, triples: Int)? {
    (0...3).first { 3 * $0 <= size && (size - 3 * $0) % 4 == 0 }
      .map { ((size - 3 * $0) / 4, $0) }
  }
}
