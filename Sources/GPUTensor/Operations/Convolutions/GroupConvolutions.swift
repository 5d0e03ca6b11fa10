/// Plans convolutions with work-group tiles, for GPUs (`kernels/gpu/conv2d_workgroup.cl`), on
/// tensor cores if `CommandList.usesTensorCores` says so.
public struct GroupConvolutions: ConvolutionPlanner {
  /// Creates the planner.
  public init() {}

  /// Returns the variants of a convolution or its data gradient, the predicted-fastest first.
  public func variants(
    of convolution: Convolution, on list: CommandList
  ) -> [ConvolutionVariant] {
    let product =
      convolution.transposed
      ? dataGradientProduct(convolution, on: list) : forwardProduct(convolution, on: list)
    return product.sharings(on: list.context.device).map { variant(of: convolution, $0) }
  }

  /// Returns the product of a forward pass: its rows are the pixels of y, and its sums are over
  /// taps and input channels.
  private func forwardProduct(_ convolution: Convolution, on list: CommandList) -> GroupProduct {
    let shape = convolution.shape
    let (ci, co) = (shape.inputChannels, shape.outputChannels)
    return GroupProduct(
      m: convolution.rows * shape.outputHeight * shape.outputWidth, n: co, k: shape.taps * ci,
      lengths: [ci, co], on: list)
  }

  /// Returns the product of a data gradient. There is one for each phase of the stride, the pixels
  /// of x that meet the same taps.
  private func dataGradientProduct(
    _ convolution: Convolution, on list: CommandList
  ) -> GroupProduct {
    let shape = convolution.shape
    let (ci, co, stride) = (shape.inputChannels, shape.outputChannels, shape.stride)
    let pixels = ceilDivide(shape.height, stride) * ceilDivide(shape.width, stride)
    let taps = ceilDivide(shape.window.kernel, stride)
    var product = GroupProduct(
      m: convolution.rows * pixels, n: ci, k: taps * taps * co, lengths: [ci, co], on: list)
    product.count = stride * stride
    return product
  }

  private func variant(
    of convolution: Convolution, _ sharing: GroupSharing
  ) -> ConvolutionVariant {
    let (c, epilogue) = (convolution.c, convolution.epilogue)
    let channels = convolution.outputChannels
    return ConvolutionVariant(sharing.description) { list, label in
      let partials = list.partials(label, sharing, c.count)
      // Only the data gradient's kernel needs the number of parts, to tell parts from phases.
      let parts: [KernelArgument] = convolution.transposed ? [.int(sharing.parts)] : []
      list.append(
        label,
        list.variant("conv2d_workgroup.cl", convolution.function, sharing)
          .adding(convolution.shape.options)
          .adding(epilogue.options(channels: convolution.transposed ? "CI" : "CO")),
        over: sharing.range, cost: convolution.cost,
        [.int(convolution.rows)] + parts + [
          .int(sharing.part), .tensor(convolution.a), .tensor(convolution.w),
          .tensor(epilogue.aux), .tensor(partials ?? c),
        ] + epilogue.arguments)
      if let partials {
        list.finish(
          label, partials, rowLength: c.columns, channels: channels, epilogue, into: c)
      }
    }
  }

  /// Returns the variants of a weight gradient, the predicted-fastest first.
  public func variants(of gradient: WeightGradient, on list: CommandList) -> [ConvolutionVariant] {
    let shape = gradient.shape
    let (ci, co) = (shape.inputChannels, shape.outputChannels)
    let product = GroupProduct(
      m: shape.taps * ci, n: co,
      k: gradient.dy.rows * shape.outputHeight * shape.outputWidth, lengths: [ci, co], on: list)
    return product.sharings(on: list.context.device).map { variant(of: gradient, $0) }
  }

  /// Returns the variant that computes dw and, if the bias belongs to the output, its gradient.
  private func variant(of gradient: WeightGradient, _ sharing: GroupSharing) -> ConvolutionVariant {
    var sums: Tensor?
    if case .ofOutput(let db) = gradient.bias { sums = db }
    let (x, dw) = (gradient.x, gradient.dw)
    return ConvolutionVariant(sharing.description) { [sums] list, label in
      let partials = list.partials(label, sharing, dw.count + (sums?.count ?? 0))
      list.append(
        label,
        list.variant("conv2d_workgroup.cl", "conv2d_backward_weight", sharing)
          .adding(gradient.shape.options).adding(["COLUMN_SUMS": sums == nil ? "0" : "1"]),
        over: sharing.range, cost: gradient.cost,
        [
          .int(x.rows), .int(sharing.part), .tensor(x), .tensor(gradient.dy),
          .tensor(partials ?? dw), .tensor(sums ?? dw),
        ])
      if let partials { list.finishGradient(label, partials, into: dw, sums) }
    }
  }

  /// Appends the bias's gradient if the bias belongs to x; otherwise the weight gradient's kernel
  /// computes it.
  public func appendBiasGradient(
    of gradient: WeightGradient, _ label: String, on list: CommandList
  ) {
    guard case .ofInput(let db) = gradient.bias else { return }
    list.groupColumnSums(
      label + ".bias", of: gradient.x, columns: gradient.shape.inputChannels, into: db)
  }
}
