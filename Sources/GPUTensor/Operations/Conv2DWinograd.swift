/// Minimal filtering of stride 1, F(4×4, 3×3) (`kernels/conv2d_winograd.cl`).
extension CommandList {
  /// The filter for a convolution, or for its data gradient; nil where another method is taken.
  func winogradFilter(_ shape: Conv2DShape, transposed: Bool) -> MinimalFilter? {
    let (inputs, outputs) = shape.channels(transposed: transposed)
    guard shape.stride == 1, let tile = filteringTile(inputs: inputs, outputs: outputs) else {
      return nil
    }
    let mapTiles = ceilDivide(shape.height, 4) * ceilDivide(shape.width, 4)
    // Where the products are at most half as many.
    let taps = Conv2DShape.kernel * Conv2DShape.kernel * shape.height * shape.width
    guard convolution == .winograd || 2 * MinimalFilter.filters * mapTiles <= taps else {
      return nil
    }
    let (images, rows) = Self.cut(mapTiles: mapTiles, rows: tile.rows)
    let tiles = images * mapTiles + rows
    guard 4 * MinimalFilter.filters * tiles * (inputs + 32) <= MinimalFilter.privateBytes else {
      return nil
    }
    return MinimalFilter(
      file: "conv2d_winograd.cl", filterFunction: "winograd_filter", function: "winograd_conv2d",
      options: [
        "HEIGHT": shape.height, "WIDTH": shape.width, "TRANSPOSED": transposed ? 1 : 0,
      ], inputs: inputs, outputs: outputs,
      tile: RegisterTile(lanes: tile.lanes, rows: rows, vectors: tile.vectors), images: images)
  }

  /// Images at once, and rows of a register tile: the tallest tiles that leave the fewest rows empty.
  private static func cut(mapTiles: Int, rows: Int) -> (images: Int, rows: Int) {
    func fill(_ images: Int, _ rows: Int) -> Double {
      Double(images * mapTiles) / Double(ceilDivide(images * mapTiles, rows) * rows)
    }
    let cuts = (1...3).flatMap { images in
      (rows * 2 / 3...rows).map { (fill: fill(images, $0), rows: $0, images: images) }
    }
    let best = cuts.max { ($0.fill, $0.rows, -$0.images) < ($1.fill, $1.rows, -$1.images) }
    return best.map { ($0.images, $0.rows) } ?? (1, rows)
  }

  /// Appends the sums of dw over chunks of `imagesInChunk` images, if this method is taken.
  ///
  /// Shapes: x (rows, height, width, ci), dy (rows, height, width, co), partials (chunks, 3, 3, ci, co).
  ///
  /// - Returns: Whether it is.
  func winogradBackwardWeight(
    _ label: String, _ shape: Conv2DShape, x: Tensor, dy: Tensor, imagesInChunk: Int,
    into partials: Tensor
  ) -> Bool {
    guard var filter = winogradFilter(shape, transposed: false) else { return false }
    filter.function = "winograd_backward_weight"
    // Two at once: as fast as four, and 1.1 times as fast as one (measured).
    filter.images = 2
    let tiles = filter.images * ceilDivide(shape.height, 4) * ceilDivide(shape.width, 4)
    let (ci, co) = (filter.inputs, filter.outputs)
    let floats = MinimalFilter.filters * (tiles * (ci + co) + ci * co)
    guard 4 * floats <= MinimalFilter.privateBytes else { return false }
    append(
      label, filter.variant(filter.function).adding(["CHUNK": "\(imagesInChunk)"]),
      global: [partials.rows], local: [1], flops: shape.flops(images: x.rows),
      .int(x.rows), .tensor(x), .tensor(dy), .tensor(partials))
    return true
  }
}
