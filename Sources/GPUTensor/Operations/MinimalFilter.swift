/// How convolutions are computed; every method sums in an order of its own.
public enum ConvolutionMethod: String, CaseIterable, Sendable {
  /// Each by the method that was measured to be the fastest.
  case auto
  /// As a sum over the taps (`kernels/cpu/conv2d.cl`).
  case direct
  /// By minimal filtering wherever there is a kernel for it (`kernels/cpu/conv2d_winograd.cl`,
  /// `kernels/cpu/conv2d_phases.cl`), else directly.
  case winograd
}

/// A convolution by minimal filtering: the filters are transformed, then the maps go through
/// transform, products and inverse transform.
struct MinimalFilter {
  /// The file in `kernels/`.
  let file: String
  /// The kernel that transforms the filters.
  let filterFunction: String
  /// The kernel that takes the maps through.
  var function: String
  /// Their build options, beside those of the tile and the channels.
  let options: [String: Int]
  /// Channels that come in and go out.
  let inputs, outputs: Int
  let tile: RegisterTile
  /// Images that a work-item takes at once.
  var images: Int
  /// Floats that it keeps in private memory.
  var privateFloats: Int

  /// Filters that each pair of channels has after the transform.
  static let filters = 36
  /// Whether a work-item has room for that.
  var fitsPrivateMemory: Bool { RegisterTile.fitsPrivateMemory(floats: privateFloats) }

  /// The kernel that transforms the filters, with the options that it has.
  var filterVariant: KernelVariant {
    KernelVariant(
      file, filterFunction,
      [
        "LANES": tile.lanes, "TILE_VECTORS": tile.vectors,
        "TRANSPOSED": options["TRANSPOSED", default: 0],
      ])
  }

  /// A kernel that maps go through, with its options.
  func variant(_ function: String) -> KernelVariant {
    KernelVariant(
      file, function,
      [
        "LANES": tile.lanes, "TILE_M": tile.rows, "TILE_VECTORS": tile.vectors, "IMAGES": images,
        "CI": inputs, "CO": outputs,
      ]
    ).adding(options.mapValues { "\($0)" })
  }
}

extension MinimalFilter: CustomStringConvertible {
  /// The kernel, and what of its images it takes at once.
  var description: String { "\(function), \(images) images, \(tile)" }
}

extension CommandList {
  /// y = filter(x, w), with what `epilogue` says, in two launches.
  ///
  /// Shapes: x (rows, map, inputs), w (3, 3, ci, co), y (rows, map, outputs).
  func filteredConv2D(
    _ label: String, _ filter: MinimalFilter, _ x: Tensor, _ w: Tensor, epilogue: Epilogue,
    into y: Tensor, flops: Int
  ) {
    let filters = Tensor(
      context, [MinimalFilter.filters, filter.inputs, filter.outputs], label: "\(label) filters")
    append(
      label + ".filter", filter.filterVariant,
      global: [filter.outputs / filter.tile.lanes, filter.inputs],
      .int(filter.inputs), .int(filter.outputs), .tensor(w), .tensor(filters))
    append(
      label,
      filter.variant(filter.function).adding(epilogue.options(channels: "\(filter.outputs)")),
      items: ceilDivide(x.rows, filter.images), flops: flops,
      .int(x.rows), .tensor(x), .tensor(filters), .tensor(epilogue.aside), .tensor(y),
      more: epilogue.arguments)
  }

  /// The register tile for products from `inputs` to `outputs` channels; nil where the list should
  /// not filter minimally.
  func filteringTile(inputs: Int, outputs: Int) -> RegisterTile? {
    let widest = RegisterTile(for: context.device)
    let fitting = widest.fittingLanes(to: inputs).fittingLanes(to: outputs)
    switch convolution {
    case .direct: return nil
    case .auto where fitting.lanes < widest.lanes: return nil
    case .auto, .winograd: return fitting.fittingVectors(to: outputs / fitting.lanes)
    }
  }
}
