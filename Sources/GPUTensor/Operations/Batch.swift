/// The source of random numbers: the run's seed and one of its streams
/// (`kernels/common/philox.cl`).
public struct RandomSource: Sendable, Equatable {
  /// The run's seed.
  public let seed: UInt64
  /// The purpose of the numbers; each use has a stream of its own.
  public let stream: UInt32

  /// The numbers of `stream` under `seed`.
  public init(seed: UInt64, stream: UInt32) {
    self.seed = seed
    self.stream = stream
  }
}

extension CommandList {
  /// Gathers the state's batch from `images` as floats: x = low + (high − low) · byte / 255
  /// (`kernels/common/batch.cl`).
  ///
  /// Shapes: images (count, pixels) bytes, x (rows, pixels) with rows ≤ batchSize, the images of a
  /// full batch. With a `shuffle` the order is a new permutation in each epoch, without one the
  /// images'.
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
  /// Gathers the state's batch as `gatherBatch` does, with each image shifted by up to `pixels`
  /// pixels in both directions. Shifts are new in each step, from the stream `shifts` of the
  /// shuffle's seed; pixels from outside an image are black.
  ///
  /// Shapes: images (count, height · width) bytes, x (rows, height, width, 1).
  public func gatherShifted(
    _ label: String, from images: Tensor, batchSize: Int, shuffle: RandomSource, shifts: UInt32,
    upTo pixels: Int, range: ClosedRange<Float>, state: StepState, into x: Tensor
  ) {
    precondition(x.columns == images.columns && x.shape.count == 4, "a batch holds whole images")
    let group = context.device.sharingGroup
    append(
      label,
      KernelVariant(
        "batch.cl", "gather_shifted",
        [
          "PIXELS": images.columns, "WIDTH": x.shape[2], "SHIFT": pixels, "BATCH": batchSize,
          "SHUFFLED": 1, "GROUP": group,
        ]),
      global: [x.rows * group], local: [group], bytes: 5 * x.count,
      .uint(UInt32(images.rows)), .uint2(shuffle.seed), .uint(shuffle.stream), .uint(shifts),
      .float((range.upperBound - range.lowerBound) / 255), .float(range.lowerBound),
      .tensor(state.tensor), .tensor(images), .tensor(x))
  }

  /// Gathers the labels of the images that `gatherBatch` gathers with the same arguments.
  ///
  /// Shapes: labels (count) bytes, out (rows) bytes.
  public func gatherLabels(
    _ label: String, from labels: Tensor, batchSize: Int, shuffle: RandomSource?,
    state: StepState, into out: Tensor
  ) {
    precondition(labels.elementType == .uint8 && out.elementType == .uint8, "labels are bytes")
    append(
      label,
      KernelVariant(
        "batch.cl", "gather_labels", ["BATCH": batchSize, "SHUFFLED": shuffle == nil ? 0 : 1]),
      global: [out.count], bytes: 2 * out.count,
      .uint(UInt32(labels.count)), .uint2(shuffle?.seed ?? 0), .uint(shuffle?.stream ?? 0),
      .tensor(state.tensor), .tensor(labels), .tensor(out))
  }
}
