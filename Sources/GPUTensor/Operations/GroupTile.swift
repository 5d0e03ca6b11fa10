/// The tile of a product that a work-group computes (`kernels/gpu/group_tile.cl`).
struct GroupTile: Hashable, Sendable {
  /// Rows and columns of the tile.
  let rows, columns: Int
  /// The length in k of the slices in local memory.
  let depth: Int
  /// Rows and columns per work-item.
  let itemRows, itemColumns: Int
  /// Its speed relative to the largest tile, for a product of many tiles.
  let efficiency: Double

  /// The tiles for products without tensor cores.
  static let table = [
    GroupTile(rows: 128, columns: 128, depth: 8, itemRows: 8, itemColumns: 8, efficiency: 1),
    GroupTile(rows: 64, columns: 64, depth: 16, itemRows: 4, itemColumns: 4, efficiency: 0.7),
    GroupTile(rows: 128, columns: 32, depth: 16, itemRows: 4, itemColumns: 4, efficiency: 0.6),
    GroupTile(rows: 32, columns: 32, depth: 16, itemRows: 2, itemColumns: 4, efficiency: 0.4),
    GroupTile(rows: 16, columns: 16, depth: 8, itemRows: 2, itemColumns: 2, efficiency: 0.2),
    GroupTile(rows: 256, columns: 1, depth: 8, itemRows: 1, itemColumns: 1, efficiency: 0.1),
  ]

  /// Work-items per group.
  var items: Int { rows / itemRows * (columns / itemColumns) }

  /// Bytes of local memory: two slices of each operand, whose rows are padded by at most 8 floats.
  var localBytes: Int { 2 * depth * (rows + columns + 16) * 4 }

  /// Whether a device has the work-items and the local memory that a group needs.
  func fits(_ device: Device) -> Bool {
    items <= device.maximumWorkGroup && localBytes <= device.localMemory
  }

  /// Returns the build options. `lanes` divides the lengths of the operands' rows.
  func options(lanes: Int, isSplit: Bool) -> KeyValuePairs<String, any CustomStringConvertible> {
    [
      "LANES": lanes, "GROUP_M": rows, "GROUP_N": columns, "GROUP_K": depth, "ITEM_M": itemRows,
      "ITEM_N": itemColumns, "SPLIT": isSplit ? 1 : 0,
    ]
  }
}

/// A product that work-groups compute: m × n sums over k.
struct GroupProduct: Equatable {
  let m, n, k: Int
  /// The lengths of the rows in memory along which vectors lie. The number of lanes divides them.
  let lengths: [Int]
  /// Whether it is computed on tensor cores.
  let onTensorCores: Bool
  /// The number of such products in a launch.
  var count = 1

  /// Creates a product of a list.
  init(m: Int, n: Int, k: Int, lengths: [Int], on list: CommandList) {
    (self.m, self.n, self.k) = (m, n, k)
    self.lengths = lengths
    onTensorCores = list.usesTensorCores(m: m, n: n, k: k)
  }

  /// Returns all divisions among groups, the predicted-fastest on `device` first. The prediction
  /// assumes that compute units take groups in turn, and compares when the last group ends.
  func sharings(on device: Device) -> [GroupSharing] {
    // The cost of another launch, in multiplications of a compute unit.
    let launch = onTensorCores ? 4_000_000.0 : 500_000
    let table = onTensorCores ? GroupTile.tensorCoreTable : GroupTile.table
    var sharings: [(sharing: GroupSharing, cost: Double)] = []
    for tile in table where tile.fits(device) {
      for parts in [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64] where parts == 1 || 8 * parts <= k {
        let sharing = GroupSharing(of: self, tile: tile, parts: parts)
        let groups = sharing.rowTiles * sharing.columnTiles * sharing.parts * count
        let turns = Double(ceilDivide(groups, device.computeUnits))
        let work = Double(tile.rows * tile.columns * min(k, sharing.part)) / tile.efficiency
        sharings.append((sharing, turns * work + (sharing.parts > 1 ? launch : 0)))
      }
    }
    sharings.sort { $0.cost < $1.cost }
    var seen: Set<String> = []
    return sharings.map(\.sharing).filter { seen.insert($0.description).inserted }
  }
}

/// The division of a product among the groups of a launch.
struct GroupSharing: Equatable {
  let product: GroupProduct
  let tile: GroupTile
  /// The number of groups that share a tile's sum (split-K).
  let parts: Int
  /// The length in k of each group's part.
  let part: Int
  /// Floats in a vector.
  let lanes: Int
  /// Row and column tiles.
  let rowTiles, columnTiles: Int

  /// Divides a product among about `parts` groups per tile.
  init(of product: GroupProduct, tile: GroupTile, parts: Int) {
    self.product = product
    self.tile = tile
    part = ceilDivide(ceilDivide(product.k, parts), tile.depth) * tile.depth
    self.parts = ceilDivide(product.k, part)
    lanes = product.lengths.reduce(min(4, tile.itemColumns)) {
      widestLanes(upTo: $0, dividing: $1)
    }
    rowTiles = ceilDivide(product.m, tile.rows)
    columnTiles = ceilDivide(product.n, tile.columns)
  }

  /// The work-items of a launch.
  var range: WorkRange {
    .items(
      [columnTiles * tile.items, rowTiles, parts * product.count], group: [tile.items, 1, 1])
  }

  /// Returns the kernel with the division's build options.
  func variant(_ file: String, _ function: String) -> KernelVariant {
    KernelVariant(file, function, tile.options(lanes: lanes, isSplit: parts > 1))
  }
}

extension GroupSharing: CustomStringConvertible {
  /// The tile, and the number of groups that share its sum.
  var description: String {
    "tile \(tile.rows)×\(tile.columns)" + (parts > 1 ? ", \(parts) parts" : "")
  }
}
