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

extension MinimalFilter {
  /// The variant of a convolution that filters by it, in two launches: filters, then maps.
  func variant(of convolution: Convolution) -> ConvolutionVariant {
    ConvolutionVariant(description) { list, label in
      let filters = Tensor(
        list.context, [Self.filters, inputs, outputs], label: "\(label) filters")
      list.append(
        label + ".filter", filterVariant, over: .items([outputs / tile.lanes, inputs]),
        [.int(inputs), .int(outputs), .tensor(convolution.w), .tensor(filters)])
      list.append(
        label,
        variant(function).adding(convolution.epilogue.options(channels: "\(outputs)")),
        over: .claimed(ceilDivide(convolution.rows, images)), cost: convolution.cost,
        [
          .int(convolution.rows), .tensor(convolution.a), .tensor(filters),
          .tensor(convolution.epilogue.aux), .tensor(convolution.c),
        ] + convolution.epilogue.arguments)
    }
  }

  /// The register tile for products from `inputs` to `outputs` channels; nil if the list should not
  /// filter minimally.
  static func tile(inputs: Int, outputs: Int, on list: CommandList) -> RegisterTile? {
    let widest = RegisterTile(for: list.context.device)
    let fitting = widest.fittingLanes(to: inputs).fittingLanes(to: outputs)
    switch list.convolution {
    case .direct: return nil
    case .auto where fitting.lanes < widest.lanes: return nil
    case .auto, .winograd: return fitting.fittingVectors(to: outputs / fitting.lanes)
    }
  }
}
