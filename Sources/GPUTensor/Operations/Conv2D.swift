/// A 3×3 convolution over maps (image, row, column, channel) with padding 1, from x to y.
public struct Conv2DShape: Sendable, Equatable {
  /// Rows of x.
  public let height: Int
  /// Columns of x.
  public let width: Int
  /// Channels of x.
  public let inputChannels: Int
  /// Channels of y.
  public let outputChannels: Int
  /// Pixels of x from one pixel of y to the next.
  public let stride: Int

  /// Rows and columns of taps, and of zeros around x.
  public static let kernel = 3
  static let padding = 1

  /// A convolution of maps (height, width, inputChannels).
  public init(height: Int, width: Int, inputChannels: Int, outputChannels: Int, stride: Int) {
    self.height = height
    self.width = width
    self.inputChannels = inputChannels
    self.outputChannels = outputChannels
    self.stride = stride
  }

  /// Rows of y.
  public var outputHeight: Int { (height + 2 * Self.padding - Self.kernel) / stride + 1 }
  /// Columns of y.
  public var outputWidth: Int { (width + 2 * Self.padding - Self.kernel) / stride + 1 }
  /// The axes of the weight.
  public var weightAxes: [Int] { [Self.kernel, Self.kernel, inputChannels, outputChannels] }

  /// Multiplications and additions for one image, those with zeros beside the map left out.
  func flops(images: Int) -> Int {
    func taps(_ size: Int, _ outputs: Int) -> Int {
      (0..<outputs).reduce(0) { sum, output in
        let first = output * stride - Self.padding
        return sum + (first..<first + Self.kernel).count { (0..<size).contains($0) }
      }
    }
    return 2 * images * inputChannels * outputChannels * taps(height, outputHeight)
      * taps(width, outputWidth)
  }
}

/// What a convolution ends with (`kernels/epilogue.cl`).
public enum Epilogue {
  /// y = f(sum + bias), with dropout: a layer's forward pass.
  case output(bias: Tensor, Activation, DropoutMask?)
  /// dx = sum · f′(x), through the dropout of this probability behind f: its data gradient.
  case gradient(Activation, dropped: Double?, of: Tensor)
}

/// Convolutions (`kernels/conv2d.cl`), which serve transposed ones too.
extension CommandList {
  /// y = conv(x, w), with what `epilogue` says.
  ///
  /// Shapes: x (rows, height, width, ci), w (3, 3, ci, co), y (rows, output height, output width, co).
  public func conv2DForward(
    _ label: String, _ shape: Conv2DShape, _ x: Tensor, _ w: Tensor, epilogue: Epilogue,
    into y: Tensor
  ) {
    append(
      label, shape, "conv2d_forward", x, w, epilogue, into: y,
      channels: shape.outputChannels, mapRows: shape.outputHeight)
  }

  /// dx = convᵀ(dy, w), with what `epilogue` says: also the forward pass of the transposed convolution.
  ///
  /// Shapes: dy (rows, output height, output width, co), w (3, 3, ci, co), dx (rows, height, width, ci).
  public func conv2DBackwardInput(
    _ label: String, _ shape: Conv2DShape, _ dy: Tensor, _ w: Tensor, epilogue: Epilogue,
    into dx: Tensor
  ) {
    append(
      label, shape, "conv2d_backward_input", dy, w, epilogue, into: dx,
      channels: shape.inputChannels, mapRows: shape.height)
  }

  private func append(
    _ label: String, _ shape: Conv2DShape, _ function: String, _ a: Tensor, _ w: Tensor,
    _ epilogue: Epilogue, into c: Tensor, channels: Int, mapRows: Int
  ) {
    let tile = RegisterTile(for: context.device).fittingLanes(to: channels)
    let fitting = tile.fittingVectors(to: channels / tile.lanes)
    var options = self.options(shape, fitting)
    var more: [KernelArgument] = []
    let aside: Tensor
    switch epilogue {
    case .output(let bias, let activation, let dropout):
      aside = bias
      options.merge(DropoutMask.options(dropout?.probability)) { $1 }
      options.merge(["EPILOGUE": "OUTPUT", "ACTIVATION": activation.rawValue]) { $1 }
      more = dropout?.arguments ?? []
    case .gradient(let activation, let dropped, let x):
      aside = x
      options.merge(DropoutMask.gradientOptions(dropped)) { $1 }
      options.merge(["EPILOGUE": "GRADIENT", "ACTIVATION": activation.rawValue]) { $1 }
    }
    options["CHANNELS"] = "\(channels)"
    // A whole map: its weights are packed once (measured: 1.1 to 1.7 times the speed of one row).
    options["ROWS"] = "\(mapRows)"
    append(
      label, KernelVariant("conv2d.cl", function, [:]).adding(options),
      global: [
        1, channels / (fitting.lanes * fitting.vectors), ceilDivide(c.rows, tile.rows),
      ],
      local: [1, 1, 1], flops: shape.flops(images: c.rows),
      .int(c.rows), .tensor(a), .tensor(w), .tensor(aside), .tensor(c), more: more)
  }

  /// dw and db of a convolution: `bias` says which of the maps the layer's bias stands at.
  ///
  /// Shapes: x (rows, height, width, ci), dy (rows, output height, output width, co), dw (3, 3, ci, co),
  /// db (co), or (ci) where the bias stands at x. Chunks of images are added in their order.
  ///
  /// - Throws: `OpenCLError` where there is no memory for the chunks' sums.
  public func conv2DBackwardWeight(
    _ label: String, _ shape: Conv2DShape, x: Tensor, dy: Tensor, into dw: Tensor, bias db: Tensor,
    biasAtInput: Bool
  ) throws {
    let imagesInChunk = 16
    let chunks = ceilDivide(x.rows, imagesInChunk)
    let tile = RegisterTile(for: context.device).fittingLanes(to: shape.outputChannels)
    let fitting = tile.fittingVectors(to: shape.outputChannels / tile.lanes)
    var options = self.options(shape, fitting)
    options["IMAGES"] = "\(imagesInChunk)"
    let partials = try Tensor(context, [chunks, dw.count], label: "\(label) partials")
    append(
      label, KernelVariant("conv2d.cl", "conv2d_backward_weight", [:]).adding(options),
      global: [chunks], local: [1], flops: shape.flops(images: x.rows),
      .int(x.rows), .tensor(x), .tensor(dy), .tensor(partials))
    sumPartials(label + ".sum", partials, into: dw)

    // The bias's gradient sums a map that looks like y, whichever it is.
    let map = biasAtInput ? x : dy
    let (height, width) =
      biasAtInput ? (shape.height, shape.width) : (shape.outputHeight, shape.outputWidth)
    let lanes = widestLanes(upTo: tile.lanes, dividing: db.count)
    let biasPartials = try Tensor(context, [chunks, db.count], label: "\(label) bias partials")
    append(
      label + ".bias",
      KernelVariant(
        "conv2d.cl", "channel_sums",
        [
          "LANES": lanes, "CO": db.count, "OUT_HEIGHT": height, "OUT_WIDTH": width,
          "IMAGES": imagesInChunk,
        ]),
      global: [chunks], local: [1],
      .int(map.rows), .tensor(map), .tensor(biasPartials))
    sumPartials(label + ".bias.sum", biasPartials, into: db)
  }

  private func sumPartials(_ label: String, _ partials: Tensor, into sums: Tensor) {
    append(
      label, KernelVariant("conv2d.cl", "sum_partials", [:]), global: [sums.count],
      .uint(UInt32(sums.count)), .uint(UInt32(partials.rows)), .tensor(partials), .tensor(sums))
  }

  private func options(_ shape: Conv2DShape, _ tile: RegisterTile) -> [String: String] {
    let values = [
      "LANES": tile.lanes, "TILE_M": tile.rows, "TILE_VECTORS": tile.vectors,
      "HEIGHT": shape.height, "WIDTH": shape.width, "OUT_HEIGHT": shape.outputHeight,
      "OUT_WIDTH": shape.outputWidth, "CI": shape.inputChannels, "CO": shape.outputChannels,
      "KERNEL": Conv2DShape.kernel, "STRIDE": shape.stride, "PADDING": Conv2DShape.padding,
    ]
    return values.mapValues { "\($0)" }
  }
}
