/// Products of matrices, by the device's family of kernels; those of `kernels/cpu/gemm.cl` are the
/// register-tile ones.
extension CommandList {
  /// C = A B, with what `epilogue` says: the forward pass of a linear layer.
  ///
  /// Shapes: a (m, k), b (k, n), c (m, n); a bias is (n).
  public func gemmNN(
    _ label: String, _ a: Tensor, _ b: Tensor, epilogue: Epilogue, into c: Tensor
  ) {
    multiplyRows(label, "gemm_nn", a, b, epilogue, into: c)
  }

  /// C = A Bᵀ, with what `epilogue` says: the data gradient of a linear layer.
  ///
  /// Shapes: a (m, k), b (n, k), c (m, n) and so the layer's input.
  public func gemmNT(
    _ label: String, _ a: Tensor, _ b: Tensor, epilogue: Epilogue, into c: Tensor
  ) {
    multiplyRows(label, "gemm_nt", a, b, epilogue, into: c)
  }

  private func multiplyRows(
    _ label: String, _ function: String, _ a: Tensor, _ b: Tensor, _ epilogue: Epilogue,
    into c: Tensor
  ) {
    let (m, n, k) = (a.rows, c.columns, a.columns)
    precondition(b.count == k * n && c.rows == m, "the shapes of a product fit")
    guard context.family == .register else {
      return groupMultiply(label, function, a, b, epilogue, into: c)
    }
    let ways = RegisterTile.ways(columns: n, rows: m, overlapping: true, on: context.device)
    choose("\(function) \(m)×\(n)×\(k)", among: ways) { tile in
      let (rowTiles, columnTiles) = (ceilDivide(m, tile.rows), ceilDivide(n, tile.columns))
      // Long strips, since each packs its columns of B, but enough of them for all compute units,
      // and short ones where it packs little (measured: 256×12544 by 12544×1 takes half of the
      // time).
      let shortest = min(8, 2 * tile.columns)
      let strip = min(
        rowTiles, max(shortest, rowTiles * columnTiles / enoughGroups),
        k > longestPart ? tilesBetweenParts : rowTiles)
      append(
        label,
        variant(function, tile).adding(epilogue.options(channels: "n"))
          .adding(["WORDS": "\(Self.words(atOnceFor: tile))"]),
        items: ceilDivide(rowTiles, strip) * columnTiles, flops: 2 * m * n * k,
        .int(m), .int(n), .int(k), .int(strip), .tensor(a), .tensor(b), .tensor(epilogue.aside),
        .tensor(c), more: epilogue.arguments)
    }
  }

  /// C = Aᵀ B with the column sums of B: the gradients of a linear layer's weight and bias.
  ///
  /// Shapes: a (k, m), b (k, n), c (m, n), columnSums (n).
  public func gemmTN(
    _ label: String, _ a: Tensor, _ b: Tensor, into c: Tensor, columnSums: Tensor
  ) {
    let (m, n, k) = (a.columns, b.columns, a.rows)
    precondition(b.rows == k && c.count == m * n && columnSums.count == n, "the shapes fit")
    guard context.family == .register else {
      return groupMultiplyTN(label, a, b, into: c, columnSums: columnSums)
    }
    let ways = RegisterTile.ways(columns: n, overlapping: true, on: context.device)
    choose("gemm_tn \(m)×\(n)×\(k)", among: ways) { tile in
      let (rowTiles, columnTiles) = (ceilDivide(m, tile.rows), ceilDivide(n, tile.columns))
      // Equal strips, and as few groups of columns as keep all units busy, equal ones too where
      // that takes less than twice as many (measured: 0.9 of the time).
      let strips = ceilDivide(rowTiles, packedTiles)
      let fewest = min(columnTiles, ceilDivide(enoughGroups, strips))
      let columnGroups = (fewest..<2 * fewest).first { columnTiles % $0 == 0 } ?? fewest
      let (strip, block) = (ceilDivide(rowTiles, strips), ceilDivide(columnTiles, columnGroups))
      append(
        label, variant("gemm_tn", tile), items: strips * ceilDivide(columnTiles, block),
        flops: 2 * m * n * k,
        .int(m), .int(n), .int(k), .int(strip), .int(block), .tensor(a), .tensor(b), .tensor(c),
        .tensor(columnSums))
    }
  }

  /// Words of dropout that are drawn at once.
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

  /// The longest k that is summed in one part.
  private var longestPart: Int { 256 }

  /// Row tiles of a work-item at most, where their sums are kept between parts.
  private var tilesBetweenParts: Int { 48 }

  /// Row tiles that a work-item packs at most.
  private var packedTiles: Int { 12 }

  /// Groups that keep all compute units busy to the end.
  private var enoughGroups: Int { 8 * context.device.computeUnits }
}
