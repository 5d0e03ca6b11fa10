/// The division of flat arrays among work-items: work-item i takes VECTORS vectors of LANES floats.
struct FlatRange {
  let global: [Int]
  private let lanes: Int
  private let vectors: Int

  /// Divides `count` floats into vectors whose length divides `width`.
  ///
  /// On a CPU a work-item takes about `run` consecutive floats of each array. On a GPU it takes one
  /// vector.
  init(_ count: Int, lanesDividing width: Int, run: Int = 2048, on device: Device) {
    lanes = widestLanes(upTo: max(4, device.floatLanes), dividing: width)
    vectors = device.kind == .cpu ? max(1, run / lanes) : 1
    global = [ceilDivide(count, lanes * vectors)]
  }

  /// Floats of each array per work-item.
  var floatsPerItem: Int { lanes * vectors }

  /// Returns the kernel with the range's build options.
  func variant(_ file: String, _ function: String) -> KernelVariant {
    KernelVariant(file, function, ["LANES": lanes, "VECTORS": vectors])
  }
}
