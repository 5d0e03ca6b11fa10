/// Products of matrices (`kernels/gemm.cl`).
extension CommandList {
  /// C = f(A B + bias): the forward pass of a linear layer.
  ///
  /// Shapes: a (m, k), b (k, n), bias (n), c (m, n).
  public func gemmNN(
    _ label: String, _ a: Tensor, _ b: Tensor, bias: Tensor, activation: Activation,
    dropout: DropoutMask? = nil, into c: Tensor
  ) {
    let (m, n, k) = (a.rows, c.columns, a.columns)
    precondition(b.count == k * n && bias.count == n && c.rows == m, "the shapes of a product fit")
    let tile = registerTile.fittingLanes(to: n).forColumns(n)
    append(
      label,
      KernelVariant(
        "gemm.cl", "gemm_nn",
        [
          "LANES": tile.lanes, "TILE_M": tile.rows, "TILE_VECTORS": tile.vectors, "N": n, "K": k,
          "ACTIVATION": activation.rawValue,
        ]
      ).adding(DropoutMask.options(dropout?.probability)),
      global: [ceilDivide(m, tile.rows), n / (tile.lanes * tile.vectors)], local: [1, 1],
      flops: 2 * m * n * k,
      .int(m), .tensor(a), .tensor(b), .tensor(bias), .tensor(c),
      more: dropout?.arguments ?? [])
  }

  /// C = (A Bᵀ) f′(y): the data gradient of a linear layer, taken on through the activation whose
  /// output y the layer's input was.
  ///
  /// Shapes: a (m, k), b (n, k), c and y (m, n). Without activation and dropout y is not read.
  /// `dropped` is the probability of the dropout behind the activation.
  public func gemmNT(
    _ label: String, _ a: Tensor, _ b: Tensor, activation: Activation, of y: Tensor,
    dropped: Double? = nil, into c: Tensor
  ) {
    let (m, n, k) = (a.rows, c.columns, a.columns)
    precondition(b.count == k * n && y.count == m * n && c.rows == m, "the shapes of a product fit")
    let tile = registerTile.fittingLanes(to: k).fittingVectors(to: n)
    append(
      label,
      KernelVariant(
        "gemm.cl", "gemm_nt",
        [
          "LANES": tile.lanes, "TILE_M": tile.rows, "TILE_VECTORS": tile.vectors,
          "STRIP": tilesInStrip, "N": n, "K": k, "ACTIVATION": activation.rawValue,
        ]
      ).adding(DropoutMask.options(dropped)),
      global: [ceilDivide(m, tile.rows), ceilDivide(n, tile.vectors * tilesInStrip)],
      local: [1, 1], flops: 2 * m * n * k,
      .int(m), .tensor(a), .tensor(b), .tensor(y), .tensor(c))
  }

  /// C = Aᵀ B with the column sums of B: the gradients of a linear layer's weight and bias.
  ///
  /// Shapes: a (k, m), b (k, n), c (m, n), columnSums (n).
  public func gemmTN(
    _ label: String, _ a: Tensor, _ b: Tensor, into c: Tensor, columnSums: Tensor
  ) {
    let (m, n, k) = (a.columns, b.columns, a.rows)
    precondition(b.rows == k && c.count == m * n && columnSums.count == n, "the shapes fit")
    let tile = registerTile.fittingLanes(to: n).forColumns(n)
    append(
      label,
      KernelVariant(
        "gemm.cl", "gemm_tn",
        [
          "LANES": tile.lanes, "TILE_M": tile.rows, "TILE_VECTORS": tile.vectors,
          "STRIP": tilesInStrip, "M": m, "N": n,
        ]),
      global: [ceilDivide(m, tile.rows * tilesInStrip), n / (tile.lanes * tile.vectors)],
      local: [1, 1],
      flops: 2 * m * n * k,
      .int(k), .tensor(a), .tensor(b), .tensor(c), .tensor(columnSums))
  }

  /// Tiles that a work-item makes one after the other where a tile alone is little work: a group
  /// costs POCL as much as a short tile.
  private var tilesInStrip: Int { 8 }

  private var registerTile: RegisterTile { RegisterTile(for: context.device) }
}

extension RegisterTile {
  /// The tile with as many vectors as divide `n` columns along which its lanes run.
  fileprivate func forColumns(_ n: Int) -> RegisterTile { fittingVectors(to: n / lanes) }
}
