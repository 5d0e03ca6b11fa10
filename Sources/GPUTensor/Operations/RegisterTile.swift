/// The tile that a work-item keeps in vector registers, in the kernels of the register-tile form.
struct RegisterTile: Equatable {
  /// Floats in a vector.
  let lanes: Int
  /// Rows of the tile.
  let rows: Int
  /// Vectors in a row of the tile.
  let vectors: Int
  /// Floats in a row of the tile.
  var columns: Int { lanes * vectors }

  /// The tile that fills the device's registers: rows · vectors accumulators, the vectors of the
  /// other operand and one for the broadcast, in 16 registers. With AVX-512 there are 32, and rows
  /// for as many pointers as its 16 other registers hold.
  init(for device: Device) {
    switch device.floatLanes {
    case 16...: self.init(lanes: 16, rows: 12, vectors: 2)
    case 8...: self.init(lanes: 8, rows: 6, vectors: 2)
    default: self.init(lanes: 4, rows: 4, vectors: 2)
    }
  }

  /// The tiles for `columns` of a product: first the one that fills the registers best, then wider
  /// and narrower ones, full and two thirds full. Lanes divide the columns; vectors do too if the
  /// kernel's tiles may not overlap. Tiles also fit the number of `rows`, if given.
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

  /// Whether a work-item has room for a number of floats besides its tile: at most half of a CPU
  /// thread's stack of 8 MB, which holds private memory.
  static func fitsPrivateMemory(floats: Int) -> Bool { 4 * floats <= 4 << 20 }

  init(lanes: Int, rows: Int, vectors: Int) {
    self.lanes = lanes
    self.rows = rows
    self.vectors = vectors
  }

  /// The tile with vectors that divide `columns`, or with a remainder if tiles may overlap.
  func fitting(columns: Int, overlapping: Bool = false) -> RegisterTile {
    let tile = fittingLanes(to: columns)
    return tile.fittingVectors(to: columns / tile.lanes, overlapping: overlapping)
  }

  /// With AVX-512, the tile with one more row if that leaves fewer rows empty. Measured: 0.93 of
  /// the time for 64 rows, 0.98 to 1 for 128 and 256.
  func fittingRows(to count: Int?) -> RegisterTile {
    guard let count, lanes >= 16, vectors <= 2 else { return self }
    func empty(_ rows: Int) -> Int { ceilDivide(count, rows) * rows - count }
    let taller = empty(rows + 1) < empty(rows) ? rows + 1 : rows
    return RegisterTile(lanes: lanes, rows: taller, vectors: vectors)
  }

  /// The tile with lanes narrow enough to divide `length`, along which they run.
  func fittingLanes(to length: Int) -> RegisterTile {
    RegisterTile(lanes: widestLanes(upTo: lanes, dividing: length), rows: rows, vectors: vectors)
  }

  /// The tile with as many vectors as divide `count` vectors, or fit it if tiles may overlap.
  func fittingVectors(to count: Int, overlapping: Bool = false) -> RegisterTile {
    let fitting = (1...vectors).last { overlapping ? $0 <= count : count % $0 == 0 } ?? 1
    return RegisterTile(lanes: lanes, rows: rows, vectors: fitting)
  }
}

extension RegisterTile: CustomStringConvertible {
  /// Its rows and vectors.
  var description: String { "tile \(rows)×\(vectors)" }
}

/// The largest power of two that divides `length` and is at most `limit`: lanes without a
/// remainder.
func widestLanes(upTo limit: Int, dividing length: Int) -> Int {
  var lanes = limit
  while length % lanes != 0 { lanes /= 2 }
  return lanes
}

/// The number of parts of `size` that cover `count`.
func ceilDivide(_ count: Int, _ size: Int) -> Int { (count + size - 1) / size }
