/// The tile of a product that a work-group makes (`kernels/group_tile.cl`).
struct GroupTile: Hashable, Sendable {
  /// Rows and columns of the tile.
  let rows, columns: Int
  /// Of what is summed over, at once in local memory.
  let depth: Int
  /// Rows and columns of a work-item.
  let itemRows, itemColumns: Int
  /// Its speed where tiles are many, as a part of the largest one's: multiplications for each number that is read.
  let efficiency: Double

  /// What there is to choose from.
  static let table = [
    GroupTile(rows: 128, columns: 128, depth: 8, itemRows: 8, itemColumns: 8, efficiency: 1),
    GroupTile(rows: 64, columns: 64, depth: 16, itemRows: 4, itemColumns: 4, efficiency: 0.7),
    GroupTile(rows: 128, columns: 32, depth: 16, itemRows: 4, itemColumns: 4, efficiency: 0.6),
    GroupTile(rows: 32, columns: 32, depth: 16, itemRows: 2, itemColumns: 4, efficiency: 0.4),
    GroupTile(rows: 16, columns: 16, depth: 8, itemRows: 2, itemColumns: 2, efficiency: 0.2),
    GroupTile(rows: 256, columns: 1, depth: 8, itemRows: 1, itemColumns: 1, efficiency: 0.1),
  ]

  /// Work-items of a group.
  var items: Int { rows / itemRows * (columns / itemColumns) }

  /// The build options; `lanes` divide the operands' rows.
  func options(lanes: Int, isSplit: Bool) -> KeyValuePairs<String, any CustomStringConvertible> {
    [
      "LANES": lanes, "GROUP_M": rows, "GROUP_N": columns, "GROUP_K": depth, "ITEM_M": itemRows,
      "ITEM_N": itemColumns, "SPLIT": isSplit ? 1 : 0,
    ]
  }
}

/// How the groups of a launch share a product.
struct GroupSharing: Equatable {
  let tile: GroupTile
  /// How many groups share a tile's sum.
  let parts: Int
  /// Of what is summed over, for each.
  let part: Int
  /// Floats in a vector.
  let lanes: Int
  /// Row and column tiles.
  let rowTiles, columnTiles: Int

  /// A sharing of `products` products of m × n elements that are sums of k each.
  ///
  /// - Parameters:
  ///   - lengths: what vectors run along.
  ///   - choice: the tile and the number of parts; nil for those that ought to be the fastest on `device`.
  init(
    m: Int, n: Int, k: Int, products: Int = 1, lengths: [Int], choice: Choice?, on device: Device
  ) {
    let choice = choice ?? Self.best(m: m, n: n, k: k, products: products, on: device)
    tile = choice.tile
    part = ceilDivide(ceilDivide(k, choice.parts), tile.depth) * tile.depth
    parts = ceilDivide(k, part)
    lanes = lengths.reduce(min(4, tile.itemColumns)) { widestLanes(upTo: $0, dividing: $1) }
    rowTiles = ceilDivide(m, tile.rows)
    columnTiles = ceilDivide(n, tile.columns)
  }

  /// A tile, and among how many groups its sum is split.
  struct Choice: Equatable {
    let tile: GroupTile
    let parts: Int
  }

  /// Work-items of a launch over `products` products.
  func global(products: Int = 1) -> [Int] {
    [columnTiles * tile.items, rowTiles, parts * products]
  }

  /// The kernel with its build options.
  func variant(_ file: String, _ function: String) -> KernelVariant {
    KernelVariant(file, function, tile.options(lanes: lanes, isSplit: parts > 1))
  }

  /// The choice whose last group is done first, where compute units take groups in turns: groups in turns, the work of
  /// each, and a launch more where parts are to be added.
  private static func best(m: Int, n: Int, k: Int, products: Int, on device: Device) -> Choice {
    let shortestPart = 64
    let launch = 500_000.0  // multiplications that a unit could do meanwhile
    let choices = GroupTile.table.filter { $0.items <= device.maximumWorkGroup }.flatMap { tile in
      let groups = ceilDivide(m, tile.rows) * ceilDivide(n, tile.columns) * products
      let mostParts = max(1, min(k / shortestPart, 2 * device.computeUnits / groups))
      return [1, mostParts].map { parts in
        let turns = Double(ceilDivide(groups * parts, device.computeUnits))
        let work = Double(tile.rows * tile.columns * ceilDivide(k, parts)) / tile.efficiency
        return (Choice(tile: tile, parts: parts), turns * work + (parts > 1 ? launch : 0))
      }
    }
    return choices.min { $0.1 < $1.1 }?.0 ?? Choice(tile: GroupTile.table[1], parts: 1)
  }
}
