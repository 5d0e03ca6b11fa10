/// A convolution by minimal filtering. One kernel transforms the filters. Another transforms the
/// maps, multiplies them by the filters and transforms the products back.
struct MinimalFilter {
  /// The file in `kernels/`.
  let file: String
  /// The kernel that transforms the filters.
  let filterFunction: String
  /// The kernel that computes the maps.
  let function: String
  /// The build options of both kernels, except those of the tile and the channels.
  let options: [String: Int]
  /// More of them for the kernel that computes the maps.
  let mapOptions: [String: Int]
  /// The elements of a transformed filter.
  let points: Int
  /// Input and output channels.
  let inputs, outputs: Int
  let tile: RegisterTile
  /// Images per work-item.
  let images: Int
  /// Floats that it keeps in private memory.
  let privateFloats: Int

  /// Whether a work-item has room for `privateFloats`.
  var fitsPrivateMemory: Bool { RegisterTile.fitsPrivateMemory(floats: privateFloats) }

  /// The kernel that transforms the filters, with its options.
  var filterVariant: KernelVariant {
    KernelVariant(
      file, filterFunction,
      [
        "LANES": tile.lanes, "TILE_VECTORS": tile.vectors,
      ]
    ).adding(options.mapValues { "\($0)" })
  }

  /// The kernel that computes the maps, with its options.
  var variant: KernelVariant {
    KernelVariant(
      file, function,
      [
        "LANES": tile.lanes, "TILE_M": tile.rows, "TILE_VECTORS": tile.vectors, "IMAGES": images,
        "CI": inputs, "CO": outputs,
      ]
    ).adding(options.merging(mapOptions) { $1 }.mapValues { "\($0)" })
  }
}

extension MinimalFilter: CustomStringConvertible {
  /// The kernel, the images per work-item and the tile.
  var description: String {
    "\(function)\(options["FIVES_DOWN"] == nil ? "" : " 5×5"), \(images) images, \(tile)"
  }
}

extension MinimalFilter {
  /// Returns the variant of a convolution that uses this filter, with two launches: filters, then
  /// maps.
  func variant(of convolution: Convolution) -> ConvolutionVariant {
    ConvolutionVariant(description) { list, label in
      // A panel is padded by a cache line, as in the kernels.
      let panel = inputs * tile.columns + 16
      let filters = list.workspace(
        [outputs / tile.columns, points, panel], label: "filters", isShared: true)
      let blocks = [outputs / tile.lanes, inputs / tile.lanes]
      list.append(
        label + ".filter", filterVariant, over: .items(blocks),
        [.int(inputs), .int(outputs), .tensor(convolution.w), .tensor(filters)])
      list.append(
        label,
        variant.adding(convolution.epilogue.options(channels: "\(outputs)")),
        over: .claimed(ceilDivide(convolution.rows, images)), cost: convolution.cost,
        [
          .int(convolution.rows), .tensor(convolution.a), .tensor(filters),
          .tensor(convolution.epilogue.aux), .tensor(convolution.c),
        ] + convolution.epilogue.arguments)
    }
  }

  /// Returns the register tile for products from `inputs` to `outputs` channels; nil if the list
  /// should use direct sums.
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
