/// Products with work-group tiles (`kernels/gpu/gemm_workgroup.cl`), on tensor cores if
/// `usesTensorCores` says so.
extension CommandList {
  /// Computes C = A B, or A Bᵀ by `gemm_nt`, and the epilogue; shapes as in `gemmNN` and `gemmNT`.
  func groupMultiply(
    _ label: String, _ function: String, _ a: Tensor, _ b: Tensor, _ epilogue: Epilogue,
    into c: Tensor
  ) {
    let (m, n, k) = (a.rows, c.columns, a.columns)
    let product = GroupProduct(m: m, n: n, k: k, lengths: [n, k], on: self)
    choose("\(function) \(m)×\(n)×\(k)", among: product.sharings(on: context.device)) { sharing in
      let partials = partials(label, sharing, c.count)
      append(
        label,
        variant("gemm_workgroup.cl", function, sharing).adding(epilogue.options(channels: "n")),
        over: sharing.range, cost: LaunchCost(flops: 2 * m * n * k),
        [
          .int(m), .int(n), .int(k), .int(sharing.part), .tensor(a), .tensor(b),
          .tensor(epilogue.aux), .tensor(partials ?? c),
        ] + epilogue.arguments)
      if let partials { finish(label, partials, rowLength: n, channels: n, epilogue, into: c) }
    }
  }

  /// Computes C = Aᵀ B and the column sums of B; shapes as in `gemmTN`.
  func groupMultiplyTN(
    _ label: String, _ a: Tensor, _ b: Tensor, into c: Tensor, columnSums: Tensor
  ) {
    let (m, n, k) = (a.columns, b.columns, a.rows)
    let product = GroupProduct(m: m, n: n, k: k, lengths: [m, n], on: self)
    choose("gemm_tn \(m)×\(n)×\(k)", among: product.sharings(on: context.device)) { sharing in
      let partials = partials(label, sharing, c.count + n)
      append(
        label, variant("gemm_workgroup.cl", "gemm_tn", sharing), over: sharing.range,
        cost: LaunchCost(flops: 2 * m * n * k),
        [
          .int(m), .int(n), .int(k), .int(sharing.part), .tensor(a), .tensor(b),
          .tensor(partials ?? c), .tensor(columnSums),
        ])
      if let partials { finishGradient(label, partials, into: c, columnSums) }
    }
  }

  /// Returns the kernel of a sharing, for tensor cores if its product uses them.
  func variant(_ file: String, _ function: String, _ sharing: GroupSharing) -> KernelVariant {
    let variant = sharing.variant(file, function)
    return sharing.product.onTensorCores
      ? variant.adding(tensorCoreOptions(lanes: sharing.lanes)) : variant
  }
}
