/// How convolutions are computed; every method sums in an order of its own.
public enum ConvolutionMethod: String, CaseIterable, Sendable {
  /// Each by the method that was measured to be the fastest.
  case auto
  /// As a sum over the taps (`kernels/conv2d.cl`).
  case direct
  /// By minimal filtering where the stride is 1, else directly (`kernels/conv2d_winograd.cl`).
  case winograd
}

/// How a convolution of stride 1 is cut for minimal filtering, F(4×4, 3×3).
struct WinogradPlan {
  let shape: Conv2DShape
  /// The register tile: rows of map tiles, or of channels; vectors of channels.
  let tile: RegisterTile
  /// Images that a work-item of the convolution takes at once.
  let images: Int
  /// Images that a work-item of the weight gradient takes at once (measured: as fast as 4, and 1.1 times
  /// as fast as 1).
  static let imagesForWeight = 2

  private static let side = 4
  private static let points = 36
  /// What a work-item may keep in private memory, which lies on a CPU thread's stack of 8 MB.
  private static let privateBytes = 4 << 20

  /// The plan for a convolution; nil where the list computes it directly.
  init?(_ shape: Conv2DShape, on list: CommandList) {
    let widest = RegisterTile(for: list.context.device)
    let fitting = widest.fittingLanes(to: shape.inputChannels)
      .fittingLanes(to: shape.outputChannels)
    let tile = fitting.fittingVectors(to: shape.outputChannels / fitting.lanes)
    let mapTiles = ceilDivide(shape.height, Self.side) * ceilDivide(shape.width, Self.side)
    // The tallest of the tiles that leave the fewest rows empty.
    func fill(_ images: Int, _ rows: Int) -> Double {
      Double(images * mapTiles) / Double(ceilDivide(images * mapTiles, rows) * rows)
    }
    let cuts = (1...3).flatMap { images in
      (tile.rows * 2 / 3...tile.rows).map { (images: images, rows: $0) }
    }
    let best = cuts.max {
      (fill($0.images, $0.rows), $0.rows, -$0.images)
        < (fill($1.images, $1.rows), $1.rows, -$1.images)
    }
    guard let best else { return nil }
    self.shape = shape
    self.tile = RegisterTile(lanes: tile.lanes, rows: best.rows, vectors: tile.vectors)
    images = best.images

    let channels = shape.inputChannels + shape.outputChannels
    let tiles = max(images, Self.imagesForWeight) * mapTiles + best.rows
    let floats = tiles * channels + shape.inputChannels * shape.outputChannels
    guard shape.stride == 1, 4 * Self.points * floats <= Self.privateBytes else { return nil }
    switch list.convolution {
    case .direct: return nil
    case .winograd: break
    case .auto:
      // Where the products are at most half as many, and vectors full.
      let taps = Conv2DShape.kernel * Conv2DShape.kernel * shape.height * shape.width
      guard tile.lanes == widest.lanes, 2 * Self.points * mapTiles <= taps else { return nil }
    }
  }

  /// The plan for its data gradient: a convolution from its output to its input.
  static func backwardInput(_ shape: Conv2DShape, on list: CommandList) -> WinogradPlan? {
    WinogradPlan(
      Conv2DShape(
        height: shape.height, width: shape.width, inputChannels: shape.outputChannels,
        outputChannels: shape.inputChannels, stride: shape.stride), on: list)
  }

  fileprivate func variant(_ function: String, images: Int) -> KernelVariant {
    KernelVariant(
      "conv2d_winograd.cl", function,
      [
        "LANES": tile.lanes, "TILE_M": tile.rows, "TILE_VECTORS": tile.vectors, "IMAGES": images,
        "HEIGHT": shape.height, "WIDTH": shape.width, "CI": shape.inputChannels,
        "CO": shape.outputChannels,
      ])
  }

  /// The axes of the transformed filters.
  fileprivate var filterAxes: [Int] { [Self.points, shape.inputChannels, shape.outputChannels] }
}

/// Convolutions by minimal filtering (`kernels/conv2d_winograd.cl`).
extension CommandList {
  /// y = conv(x, w), with what `epilogue` says, in two launches. `turned` says that w (3, 3, co, ci) belongs
  /// to the convolution whose data gradient this is.
  ///
  /// Shapes: x (rows, height, width, ci), w (3, 3, ci, co), y (rows, height, width, co).
  func winogradConv2D(
    _ label: String, _ plan: WinogradPlan, _ x: Tensor, _ w: Tensor, turned: Bool,
    epilogue: Epilogue, into y: Tensor
  ) throws {
    let shape = plan.shape
    let filters = try Tensor(context, plan.filterAxes, label: "\(label) filters")
    append(
      label + ".filter",
      plan.variant("winograd_filter", images: 1).adding(["TURNED": turned ? "1" : "0"]),
      global: [shape.outputChannels / plan.tile.lanes, shape.inputChannels],
      .tensor(w), .tensor(filters))
    append(
      label,
      plan.variant("winograd_conv2d", images: plan.images)
        .adding(epilogue.options(channels: shape.outputChannels)),
      global: [ceilDivide(x.rows, plan.images)], local: [1], flops: shape.flops(images: x.rows),
      .int(x.rows), .tensor(x), .tensor(filters), .tensor(epilogue.aside), .tensor(y),
      more: epilogue.arguments)
  }

  /// The sums of dw over chunks of `imagesInChunk`.
  ///
  /// Shapes: x (rows, height, width, ci), dy (rows, height, width, co), partials (chunks, 3, 3, ci, co).
  func winogradBackwardWeight(
    _ label: String, _ plan: WinogradPlan, x: Tensor, dy: Tensor, imagesInChunk: Int,
    into partials: Tensor
  ) {
    append(
      label,
      plan.variant("winograd_backward_weight", images: WinogradPlan.imagesForWeight)
        .adding(["CHUNK": "\(imagesInChunk)"]),
      global: [partials.rows], local: [1], flops: plan.shape.flops(images: x.rows),
      .int(x.rows), .tensor(x), .tensor(dy), .tensor(partials))
  }
}
