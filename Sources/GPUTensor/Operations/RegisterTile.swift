/// The tile that a work-item keeps in vector registers, in register-tile kernels.
struct RegisterTile: Equatable {
  /// Floats in a vector.
  let lanes: Int
  /// Rows of the tile.
  let rows: Int
  /// Vectors in a row of the tile.
  let vectors: Int
  /// Floats in a row of the tile.
  var columns: Int { lanes * vectors }

  /// Creates the tile that fills the device's registers. Its rows · vectors accumulators, a row of
  /// vectors of B and one vector for the broadcast fit 16 registers. With AVX-512 there are 32
  /// registers, and the number of rows is limited by their pointers, which are in general-purpose
  /// registers.
  init(for device: Device) {
    switch device.floatLanes {
    case 16...: self.init(lanes: 16, rows: 12, vectors: 2)
    case 8...: self.init(lanes: 8, rows: 6, vectors: 2)
    default: self.init(lanes: 4, rows: 4, vectors: 2)
    }
  }

  /// Returns the tiles for a product with `columns` columns. The one that fills the registers best
  /// comes first, then wider and narrower ones that fill the registers or two thirds of them. Lanes
  /// divide the columns; vectors do too if the kernel's tiles may not overlap. If `rows` is given,
  /// the first tile also fits that number.
  static func variants(
    columns: Int, rows: Int? = nil, overlapping: Bool = false, on device: Device
  ) -> [RegisterTile] {
    let tile = RegisterTile(for: device).fitting(columns: columns, overlapping: overlapping)
    let standard = tile.fittingRows(to: rows)
    let count = columns / standard.lanes
    let registers = device.floatLanes >= 16 ? 32 : 16
    let others = (1...3).flatMap { vectors in
      let rows = (registers - 1 - vectors) / vectors
      return [rows, rows * 2 / 3].map {
        RegisterTile(lanes: standard.lanes, rows: $0, vectors: vectors)
      }
    }
    return [standard]
      + ([tile] + others).filter {
        $0 != standard && (overlapping ? $0.vectors <= count : count % $0.vectors == 0)
      }
  }

  /// Returns whether a work-item has room for a number of floats in private memory: at most half of
  /// a CPU thread's stack of 8 MB.
  static func fitsPrivateMemory(floats: Int) -> Bool { 4 * floats <= 4 << 20 }

  init(lanes: Int, rows: Int, vectors: Int) {
    self.lanes = lanes
    self.rows = rows
    self.vectors = vectors
  }

  /// Returns the tile, or the largest smaller one whose `floats` fit private memory. Reduces the
  /// rows first, then the vectors of a row to one, then the lanes.
  func fittingMemory(_ floats: (RegisterTile) -> Int) -> RegisterTile {
    var tile = self
    while !Self.fitsPrivateMemory(floats: floats(tile)), (tile.rows, tile.columns) != (1, 1) {
      tile = RegisterTile(
        lanes: tile.rows * tile.vectors > 1 ? tile.lanes : tile.lanes / 2,
        rows: max(1, tile.rows - 1), vectors: tile.rows > 1 ? tile.vectors : 1)
    }
    return tile
  }

  /// Returns the tile with vectors that divide `columns`, or only fit them if tiles may overlap.
  func fitting(columns: Int, overlapping: Bool = false) -> RegisterTile {
    let tile = fittingLanes(to: columns)
    return tile.fittingVectors(to: columns / tile.lanes, overlapping: overlapping)
  }

  /// Returns the tile. With AVX-512 it gets one more row if that leaves fewer rows empty. Measured:
  /// 0.93 of the time for 64 rows, 0.98 to 1 for 128 and 256.
  func fittingRows(to count: Int?) -> RegisterTile {
    guard let count, lanes >= 16, vectors <= 2 else { return self }
    func empty(_ rows: Int) -> Int { ceilDivide(count, rows) * rows - count }
    let taller = empty(rows + 1) < empty(rows) ? rows + 1 : rows
    return RegisterTile(lanes: lanes, rows: taller, vectors: vectors)
  }

  /// Returns the tile with as many lanes as divide `length`, along which vectors lie.
  func fittingLanes(to length: Int) -> RegisterTile {
    RegisterTile(lanes: widestLanes(upTo: lanes, dividing: length), rows: rows, vectors: vectors)
  }

  /// Returns the tile with as many vectors as divide `count`, or only fit it if tiles may overlap.
  func fittingVectors(to count: Int, overlapping: Bool = false) -> RegisterTile {
    let fitting = (1...vectors).last { overlapping ? $0 <= count : count % $0 == 0 } ?? 1
    return RegisterTile(lanes: lanes, rows: rows, vectors: fitting)
  }
}

extension RegisterTile: CustomStringConvertible {
  /// Its rows and vectors.
  var description: String { "tile \(rows)×\(vectors)" }
}

/// Returns the most lanes, at most `limit`, that divide `length`. `limit` is a power of two.
func widestLanes(upTo limit: Int, dividing length: Int) -> Int {
  var lanes = limit
  while length % lanes != 0 { lanes /= 2 }
  return lanes
}

/// Returns count / size, rounded up.
func ceilDivide(_ count: Int, _ size: Int) -> Int { (count + size - 1) / size }
