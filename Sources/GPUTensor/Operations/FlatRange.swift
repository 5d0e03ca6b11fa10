/// The division of flat arrays among work-items: work-item i takes VECTORS vectors of LANES floats.
struct FlatRange {
  let global: [Int]
  private let lanes: Int
  private let vectors: Int

  /// A range over `count` floats with vectors that divide `width`.
  ///
  /// A work-item takes `run` consecutive floats of each array on a CPU; on a GPU neighbouring
  /// work-items take neighbouring vectors.
  init(_ count: Int, lanesDividing width: Int, run: Int = 2048, on device: Device) {
    lanes = widestLanes(upTo: max(4, device.floatLanes), dividing: width)
    vectors = device.kind == .cpu ? max(1, run / lanes) : 1
    global = [ceilDivide(count, lanes * vectors)]
  }

  /// Floats of each array per work-item.
  var floatsPerItem: Int { lanes * vectors }

  /// The kernel with the range's build options.
  func variant(_ file: String, _ function: String) -> KernelVariant {
    KernelVariant(file, function, ["LANES": lanes, "VECTORS": vectors])
  }
}
