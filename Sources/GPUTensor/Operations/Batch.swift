/// Where random numbers come from: the run's seed and one of its streams (`kernels/philox.cl`).
public struct RandomSource: Sendable, Equatable {
  /// The run's seed.
  public let seed: UInt64
  /// What the numbers are for; each use has a stream of its own.
  public let stream: UInt32

  /// The numbers of `stream` under `seed`.
  public init(seed: UInt64, stream: UInt32) {
    self.seed = seed
    self.stream = stream
  }
}

extension CommandList {
  /// Gathers the state's batch from `images` as floats: x = low + (high − low) · byte / 255
  /// (`kernels/batch.cl`).
  ///
  /// Shapes: images (count, pixels) bytes, x (rows, pixels) with rows ≤ batchSize, the images of a full
  /// batch. With a `shuffle` the order is a new permutation in each epoch, without one the images'.
  public func gatherBatch(
    _ label: String, from images: Tensor, batchSize: Int, shuffle: RandomSource?,
    range: ClosedRange<Float>, state: StepState, into x: Tensor
  ) {
    let pixels = images.columns
    precondition(x.columns == pixels && x.rows <= batchSize, "a batch holds whole images")
    let group = context.device.sharingGroup
    append(
      label,
      KernelVariant(
        "batch.cl", "gather_batch",
        [
          "PIXELS": pixels, "BATCH": batchSize, "SHUFFLED": shuffle == nil ? 0 : 1,
          "GROUP": group,
          "LANES": widestLanes(upTo: max(4, context.device.floatLanes), dividing: pixels),
        ]),
      global: [x.rows * group], local: [group], bytes: 5 * x.count,
      .uint(UInt32(images.rows)), .uint2(shuffle?.seed ?? 0), .uint(shuffle?.stream ?? 0),
      .float((range.upperBound - range.lowerBound) / 255), .float(range.lowerBound),
      .tensor(state.tensor), .tensor(images), .tensor(x))
  }
}
