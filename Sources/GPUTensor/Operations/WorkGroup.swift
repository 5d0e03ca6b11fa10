/// Products and convolutions with work-group tiles (`kernels/gpu/gemm_workgroup.cl`,
/// `kernels/gpu/conv2d_workgroup.cl`), on tensor cores if the list's precision asks for them and
/// the shape suits them (`usesTensorCores`).
extension CommandList {
  /// Computes C = A B, or A Bᵀ by `gemm_nt`, and the epilogue; shapes as in `gemmNN` and `gemmNT`.
  func groupMultiply(
    _ label: String, _ function: String, _ a: Tensor, _ b: Tensor, _ epilogue: Epilogue,
    into c: Tensor
  ) {
    let (m, n, k) = (a.rows, c.columns, a.columns)
    share("\(function) \(m)×\(n)×\(k)", m: m, n: n, k: k, lengths: [n, k]) { sharing in
      let partials = partials(label, sharing, c.count)
      append(
        label,
        variant("gemm_workgroup.cl", function, sharing).adding(epilogue.options(channels: "n")),
        global: sharing.global(), local: [sharing.tile.items, 1, 1], flops: 2 * m * n * k,
        .int(m), .int(n), .int(k), .int(sharing.part), .tensor(a), .tensor(b),
        .tensor(epilogue.aside), .tensor(partials ?? c), more: epilogue.arguments)
      if let partials {
        finishOutput(label, partials, rowLength: n, channels: n, epilogue, into: c)
      }
    }
  }

  /// Computes C = Aᵀ B and the column sums of B; shapes as in `gemmTN`.
  func groupMultiplyTN(
    _ label: String, _ a: Tensor, _ b: Tensor, into c: Tensor, columnSums: Tensor
  ) {
    let (m, n, k) = (a.columns, b.columns, a.rows)
    share("gemm_tn \(m)×\(n)×\(k)", m: m, n: n, k: k, lengths: [m, n]) { sharing in
      let partials = partials(label, sharing, c.count + n)
      append(
        label, variant("gemm_workgroup.cl", "gemm_tn", sharing), global: sharing.global(),
        local: [sharing.tile.items, 1, 1], flops: 2 * m * n * k,
        .int(m), .int(n), .int(k), .int(sharing.part), .tensor(a), .tensor(b),
        .tensor(partials ?? c),
        .tensor(columnSums))
      if let partials { finishGradient(label, partials, into: c, columnSums) }
    }
  }

  /// Computes y = conv(x, w) and the epilogue; shapes as in `conv2DForward`.
  func groupConv2DForward(
    _ label: String, _ shape: Conv2DShape, _ x: Tensor, _ w: Tensor, _ epilogue: Epilogue,
    into y: Tensor
  ) {
    let pixels = shape.outputHeight * shape.outputWidth
    let (ci, co) = (shape.inputChannels, shape.outputChannels)
    share(
      "conv2d_forward \(y.rows)×\(shape)", m: y.rows * pixels, n: co, k: shape.taps * ci,
      lengths: [ci, co]
    ) { sharing in
      let partials = partials(label, sharing, y.count)
      append(
        label, variant("conv2d_forward", shape, sharing).adding(epilogue.options(channels: "CO")),
        global: sharing.global(), local: [sharing.tile.items, 1, 1],
        flops: shape.flops(images: y.rows),
        .int(y.rows), .int(sharing.part), .tensor(x), .tensor(w), .tensor(epilogue.aside),
        .tensor(partials ?? y), more: epilogue.arguments)
      if let partials {
        finishOutput(label, partials, rowLength: pixels * co, channels: co, epilogue, into: y)
      }
    }
  }

  /// Computes dx = convᵀ(dy, w) and the epilogue; shapes as in `conv2DBackwardInput`.
  func groupConv2DBackwardInput(
    _ label: String, _ shape: Conv2DShape, _ dy: Tensor, _ w: Tensor, _ epilogue: Epilogue,
    into dx: Tensor
  ) {
    let (ci, co) = (shape.inputChannels, shape.outputChannels)
    let phases = shape.stride * shape.stride
    let phasePixels = ceilDivide(shape.height, shape.stride) * ceilDivide(shape.width, shape.stride)
    let phaseTaps = ceilDivide(Conv2DShape.kernel, shape.stride)
    share(
      "conv2d_backward_input \(dx.rows)×\(shape)", m: dx.rows * phasePixels, n: ci,
      k: phaseTaps * phaseTaps * co, products: phases,
      lengths: [ci, co]
    ) { sharing in
      let partials = partials(label, sharing, dx.count)
      append(
        label,
        variant("conv2d_backward_input", shape, sharing)
          .adding(epilogue.options(channels: "CI")),
        global: sharing.global(products: phases), local: [sharing.tile.items, 1, 1],
        flops: shape.flops(images: dx.rows),
        .int(dx.rows), .int(sharing.parts), .int(sharing.part), .tensor(dy), .tensor(w),
        .tensor(epilogue.aside), .tensor(partials ?? dx), more: epilogue.arguments)
      if let partials {
        let pixels = shape.height * shape.width
        finishOutput(label, partials, rowLength: pixels * ci, channels: ci, epilogue, into: dx)
      }
    }
  }

  /// Computes dw and, if asked for, the sums of dy's channels; shapes as in `conv2DBackwardWeight`.
  func groupConv2DBackwardWeight(
    _ label: String, _ shape: Conv2DShape, x: Tensor, dy: Tensor, into dw: Tensor, sums: Tensor?
  ) {
    let (ci, co) = (shape.inputChannels, shape.outputChannels)
    let pixels = dy.rows * shape.outputHeight * shape.outputWidth
    share(
      "conv2d_backward_weight \(x.rows)×\(shape)", m: shape.taps * ci, n: co, k: pixels,
      lengths: [ci, co]
    ) { sharing in
      let partials = partials(label, sharing, dw.count + (sums?.count ?? 0))
      append(
        label,
        variant("conv2d_backward_weight", shape, sharing)
          .adding(["COLUMN_SUMS": sums == nil ? "0" : "1"]),
        global: sharing.global(), local: [sharing.tile.items, 1, 1],
        flops: shape.flops(images: x.rows),
        .int(x.rows), .int(sharing.part), .tensor(x), .tensor(dy), .tensor(partials ?? dw),
        .tensor(sums ?? dw))
      if let partials { finishGradient(label, partials, into: dw, sums) }
    }
  }

  /// Computes the sums of a matrix's columns (`kernels/gpu/column_sums.cl`): x (rows, columns),
  /// sums (columns).
  func groupColumnSums(_ label: String, of x: Tensor, columns: Int, into sums: Tensor) {
    let (rows, group) = (x.count / columns, min(256, context.device.maximumWorkGroup))
    let block = min(columns, group)
    let ways = RowSharing.ways(
      rows: rows, leastRows: 8 * (group / block), on: context.device)
    choose("column_sums \(rows)×\(columns)", among: ways) { sharing in
      let partials = Tensor(context, [sharing.parts, columns], label: "\(label) partials")
      append(
        label,
        KernelVariant("column_sums.cl", "column_sums", ["COLUMNS": columns, "GROUP": group]),
        global: [ceilDivide(columns, block) * group, partials.rows], local: [group, 1],
        .int(rows), .int(sharing.part), .tensor(x), .tensor(partials))
      finishGradient(label, partials, into: sums, nil)
    }
  }

  /// Records an operation in one of the variants that divide its products among groups.
  private func share(
    _ operation: String, m: Int, n: Int, k: Int, products: Int = 1, lengths: [Int],
    record: (GroupSharing) -> Void
  ) {
    let ways = GroupSharing.ways(
      m: m, n: n, k: k, products: products, lengths: lengths,
      onTensorCores: usesTensorCores(m: m, n: n, k: k), on: context.device)
    choose(operation, among: ways, record: record)
  }

  /// The tensor for partial sums of `count` floats each; nil if there is only one part.
  private func partials(_ label: String, _ sharing: GroupSharing, _ count: Int) -> Tensor? {
    guard sharing.parts > 1 else { return nil }
    return Tensor(context, [sharing.parts, count], label: "\(label) partials")
  }

  /// Computes y from its partial sums; `rowLength` floats of it share one row of a dropout's mask.
  private func finishOutput(
    _ label: String, _ partials: Tensor, rowLength: Int, channels: Int, _ epilogue: Epilogue,
    into y: Tensor
  ) {
    let range = FlatRange(y.count, lanesDividing: channels, run: 1, on: context.device)
    append(
      label + ".sum",
      range.variant("split_sums.cl", "finish_output").adding(epilogue.options(channels: "n")),
      global: range.global, .int(y.count), .int(partials.rows), .int(rowLength), .int(channels),
      .tensor(partials), .tensor(epilogue.aside), .tensor(y), more: epilogue.arguments)
  }

  /// Computes a weight's and a bias's gradient, or one of them alone, from partial sums.
  private func finishGradient(
    _ label: String, _ partials: Tensor, into dw: Tensor, _ db: Tensor?
  ) {
    let biases = db?.count ?? 0
    let width = biases == 0 ? dw.count : biases
    let range = FlatRange(dw.count + biases, lanesDividing: width, run: 1, on: context.device)
    append(
      label + ".sum", range.variant("split_sums.cl", "finish_gradient"), global: range.global,
      .int(dw.count), .int(biases), .int(partials.rows), .tensor(partials), .tensor(dw),
      .tensor(db ?? dw))
  }

  private func variant(
    _ file: String, _ function: String, _ sharing: GroupSharing
  ) -> KernelVariant {
    let variant = sharing.variant(file, function)
    return sharing.onTensorCores
      ? variant.adding(tensorCoreOptions(lanes: sharing.lanes)) : variant
  }

  private func variant(
    _ function: String, _ shape: Conv2DShape, _ sharing: GroupSharing
  ) -> KernelVariant {
    variant("conv2d_workgroup.cl", function, sharing).adding(shape.options)
  }
}

/// The division of the rows of a matrix among groups that add up its columns.
private struct RowSharing: CustomStringConvertible {
  /// Rows per group of `parts` groups.
  let part: Int
  let parts: Int
  var description: String { parts == 1 ? "1 part" : "\(parts) parts" }

  /// The divisions of `rows`: as many parts as keep all units busy, then half as many, and so on,
  /// then more. Only a single part has less than about `leastRows`.
  static func ways(rows: Int, leastRows: Int, on device: Device) -> [RowSharing] {
    let counts = (0..<12).map { 1 << $0 }.filter { $0 == 1 || $0 * leastRows <= rows }
    let (few, many) = (counts.filter { $0 <= 2 * device.computeUnits }, counts.reversed())
    var seen: Set<Int> = []
    return (few.reversed() + many).map { count in
      let part = ceilDivide(rows, count)
      return RowSharing(part: part, parts: ceilDivide(rows, part))
    }.filter { seen.insert($0.parts).inserted }
  }
}
