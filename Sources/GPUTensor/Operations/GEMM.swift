/// Products of matrices, with kernels of the context's family (`kernels/cpu/gemm.cl`,
/// `kernels/gpu/gemm_workgroup.cl`).
extension CommandList {
  /// Computes C = A B and the epilogue: the forward pass of a linear layer.
  ///
  /// Shapes: a (m, k), b (k, n), c (m, n); a bias is (n).
  public func gemmNN(
    _ label: String, _ a: Tensor, _ b: Tensor, epilogue: Epilogue, into c: Tensor
  ) {
    multiply(label, a, b, transposed: false, epilogue, into: c)
  }

  /// Computes C = A Bᵀ and the epilogue: the data gradient of a linear layer.
  ///
  /// Shapes: a (m, k), b (n, k), c (m, n); the epilogue's x, the layer's input, is (m, n).
  public func gemmNT(
    _ label: String, _ a: Tensor, _ b: Tensor, epilogue: Epilogue, into c: Tensor
  ) {
    multiply(label, a, b, transposed: true, epilogue, into: c)
  }

  /// Computes C = Aᵀ B and the column sums of B: the gradients of a linear layer's weight and bias.
  ///
  /// Shapes: a (k, m), b (k, n), c (m, n), columnSums (n).
  public func gemmTN(
    _ label: String, _ a: Tensor, _ b: Tensor, into c: Tensor, columnSums: Tensor
  ) {
    let (m, n, k) = (a.columns, b.columns, a.rows)
    precondition(b.rows == k && c.count == m * n && columnSums.count == n, "the shapes fit")
    record(label, .gemmTN(a: a, b: b, c: c, columnSums: columnSums)) {
      if context.family == .register {
        registerMultiplyTN(label, a, b, into: c, columnSums: columnSums)
      } else {
        groupMultiplyTN(label, a, b, into: c, columnSums: columnSums)
      }
    }
  }

  private func multiply(
    _ label: String, _ a: Tensor, _ b: Tensor, transposed: Bool, _ epilogue: Epilogue,
    into c: Tensor
  ) {
    precondition(b.count == a.columns * c.columns && c.rows == a.rows, "the shapes fit")
    let function = transposed ? "gemm_nt" : "gemm_nn"
    record(label, .gemm(a: a, b: b, transposed: transposed, epilogue, c: c)) {
      if context.family == .register {
        registerMultiply(label, function, a, b, epilogue, into: c)
      } else {
        groupMultiply(label, function, a, b, epilogue, into: c)
      }
    }
  }

  private func registerMultiply(
    _ label: String, _ function: String, _ a: Tensor, _ b: Tensor, _ epilogue: Epilogue,
    into c: Tensor
  ) {
    let (m, n, k) = (a.rows, c.columns, a.columns)
    let tiles = RegisterTile.variants(columns: n, rows: m, overlapping: true, on: context.device)
    choose("\(function) \(m)×\(n)×\(k)", among: tiles) { tile in
      let (rowTiles, columnTiles) = (ceilDivide(m, tile.rows), ceilDivide(n, tile.columns))
      // Strips are long, since each packs its columns of B, but there are enough of them for all
      // compute units. They are short if there is little to pack (measured: 256×12544 by 12544×1
      // takes half of the time).
      let shortest = min(8, 2 * tile.columns)
      let strip = min(
        rowTiles, max(shortest, rowTiles * columnTiles / enoughGroups),
        k > longestPart ? tilesBetweenParts : rowTiles)
      append(
        label,
        variant(function, tile).adding(epilogue.options(channels: "n"))
          .adding(["WORDS": "\(Self.words(atOnceFor: tile))"]),
        over: .claimed(ceilDivide(rowTiles, strip) * columnTiles),
        cost: LaunchCost(flops: 2 * m * n * k),
        [
          .int(m), .int(n), .int(k), .int(strip), .tensor(a), .tensor(b), .tensor(epilogue.aux),
          .tensor(c),
        ] + epilogue.arguments)
    }
  }

  private func registerMultiplyTN(
    _ label: String, _ a: Tensor, _ b: Tensor, into c: Tensor, columnSums: Tensor
  ) {
    let (m, n, k) = (a.columns, b.columns, a.rows)
    let tiles = RegisterTile.variants(columns: n, overlapping: true, on: context.device)
    choose("gemm_tn \(m)×\(n)×\(k)", among: tiles) { tile in
      let (rowTiles, columnTiles) = (ceilDivide(m, tile.rows), ceilDivide(n, tile.columns))
      // Strips are equal. There are as few groups of columns as keep all compute units busy, or up
      // to twice as many if that makes them equal (measured: 0.9 of the time).
      let strips = ceilDivide(rowTiles, packedTiles)
      let fewest = min(columnTiles, ceilDivide(enoughGroups, strips))
      let columnGroups = (fewest..<2 * fewest).first { columnTiles % $0 == 0 } ?? fewest
      let (strip, block) = (ceilDivide(rowTiles, strips), ceilDivide(columnTiles, columnGroups))
      append(
        label, variant("gemm_tn", tile),
        over: .claimed(strips * ceilDivide(columnTiles, block)),
        cost: LaunchCost(flops: 2 * m * n * k),
        [
          .int(m), .int(n), .int(k), .int(strip), .int(block), .tensor(a), .tensor(b), .tensor(c),
          .tensor(columnSums),
        ])
    }
  }

  /// Returns the number of random words that dropout draws at once.
  private static func words(atOnceFor tile: RegisterTile) -> Int {
    [32, 16].first { tile.columns % $0 == 0 } ?? tile.lanes
  }

  private func variant(_ function: String, _ tile: RegisterTile) -> KernelVariant {
    KernelVariant(
      "gemm.cl", function,
      [
        "LANES": tile.lanes, "TILE_M": tile.rows, "TILE_VECTORS": tile.vectors,
        "PART": longestPart, "STRIP": tilesBetweenParts, "PACKED_STRIP": packedTiles,
      ])
  }

  /// The largest part of k that is packed and summed at once.
  private var longestPart: Int { 256 }

  /// The most row tiles of a work-item if it keeps their sums between parts of k.
  private var tilesBetweenParts: Int { 48 }

  /// The most row tiles that a work-item packs.
  private var packedTiles: Int { 12 }

  /// The number of groups that keeps all compute units busy to the end.
  private var enoughGroups: Int { 8 * context.device.computeUnits }
}
