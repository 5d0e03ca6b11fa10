/// The tile that a work-item keeps in vector registers, in the kernels of the register-tile form.
struct RegisterTile: Equatable {
  /// Floats in a vector.
  let lanes: Int
  /// Rows of the tile.
  let rows: Int
  /// Vectors in a row of the tile.
  let vectors: Int

  /// The tile that fills the device's registers: rows · vectors accumulators, the vectors of the other
  /// operand and one for the broadcast, in 16 registers (32 with AVX-512).
  init(for device: Device) {
    switch device.floatLanes {
    case 16...: self.init(lanes: 16, rows: 14, vectors: 2)
    case 8...: self.init(lanes: 8, rows: 6, vectors: 2)
    default: self.init(lanes: 4, rows: 4, vectors: 2)
    }
  }

  init(lanes: Int, rows: Int, vectors: Int) {
    self.lanes = lanes
    self.rows = rows
    self.vectors = vectors
  }

  /// The tile with lanes narrow enough to divide `length`, along which they run.
  func fittingLanes(to length: Int) -> RegisterTile {
    RegisterTile(lanes: widestLanes(upTo: lanes, dividing: length), rows: rows, vectors: vectors)
  }

  /// The tile with as many vectors as divide `count` vectors.
  func fittingVectors(to count: Int) -> RegisterTile {
    let fitting = (1...vectors).last { count % $0 == 0 } ?? 1
    return RegisterTile(lanes: lanes, rows: rows, vectors: fitting)
  }
}

/// The largest power of two that divides `length` and is at most `limit`: lanes without a remainder.
func widestLanes(upTo limit: Int, dividing length: Int) -> Int {
  var lanes = limit
  while length % lanes != 0 { lanes /= 2 }
  return lanes
}

/// The number of parts of `size` that cover `count`.
func ceilDivide(_ count: Int, _ size: Int) -> Int { (count + size - 1) / size }
