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
    let points = 2 * size + quads + triples
    // With the paper's channels, three maps fit the L2 cache. With AVX-512 more maps are better,
    // since the filters are read from the L3 cache for each group of maps (measured: six maps take
    // 0.88 to 1 of the time).
    return (tile.lanes >= 16 ? [6, 3, 2] : [3, 6, 2]).map { images in
      MinimalFilter(
        file: "conv2d_phases.cl", filterFunction: "phases_filter", function: "conv2d_phases",
        options: ["QUADS": quads, "TRIPLES": triples, "TRANSPOSED": transposed ? 1 : 0],
        inputs: inputs, outputs: outputs, tile: tile, images: images,
        privateFloats: images * points * points * (inputs + 48))
    }.filter(\.fitsPrivateMemory)
  }

  /// Splits `size` into runs of four and as few runs of three as possible; nil if that is
  /// impossible.
  private static func runs(in size: Int) -> (quads: Int, triples: Int)? {
    (0...3).first { 3 * $0 <= size && (size - 3 * $0) % 4 == 0 }
      .map { ((size - 3 * $0) / 4, $0) }
  }
}
