/// A source of random numbers: the run's seed and a stream (`kernels/common/philox.cl`).
public struct RandomSource: Sendable, Equatable {
  /// The run's seed.
  public let seed: UInt64
  /// The stream. Each use of random numbers has its own.
  public let stream: UInt32

  /// Creates the source with the numbers of `stream` under `seed`.
  public init(seed: UInt64, stream: UInt32) {
    self.seed = seed
    self.stream = stream
  }
}

/// The order in which images of a data set come in batches.
public struct BatchOrder {
  /// Images in a full batch.
  public let batchSize: Int
  /// The source of a new permutation in each epoch; nil for the order of the data set.
  public let shuffle: RandomSource?
  /// The training state, which holds the current epoch and batch.
  public let state: StepState
  /// Whether the images are only those of the current batch, gathered by the host in this order.
  package var isStaged = false
  /// The row of the batch that is gathered first.
  package var firstRow = 0

  /// Creates an order.
  public init(batchSize: Int, shuffle: RandomSource?, state: StepState) {
    self.batchSize = batchSize
    self.shuffle = shuffle
    self.state = state
  }

  /// Returns the images of a batch of `rows`, in its order, from a set of `count`: those that a
  /// kernel gathers in this batch and epoch.
  package func images(rows: Int, batch: Int, epoch: Int, of count: Int) -> [Int] {
    let images = batch * batchSize..<batch * batchSize + rows
    guard let shuffle else { return Array(images) }
    return images.map(Permutation(count: count, shuffle, epoch: UInt32(epoch)).callAsFunction)
  }

  /// The build options of a kernel that gathers in this order.
  fileprivate var options: [String: String] {
    let order = ["BATCH": "\(batchSize)", "SHUFFLED": shuffle == nil || isStaged ? "0" : "1"]
    return isStaged ? order.merging(["STAGED": "1"]) { $1 } : order
  }
  /// The first arguments of a kernel that gathers from a set of `count`.
  fileprivate func arguments(count: Int) -> [KernelArgument] {
    [
      .uint(UInt32(count)), .uint2(shuffle?.seed ?? 0), .uint(shuffle?.stream ?? 0),
      .uint(UInt32(firstRow)),
    ]
  }
}

/// Random shifts of images, drawn in each step.
public struct Shifts: Sendable {
  /// The stream that they are drawn from, under the shuffle's seed.
  public let stream: UInt32
  /// The largest shift in each direction, in pixels.
  public let pixels: Int

  /// Creates shifts of at most `pixels` in each direction.
  public init(stream: UInt32, upTo pixels: Int) {
    self.stream = stream
    self.pixels = pixels
  }
}

extension CommandList {
  /// Gathers the current batch of `images` as floats: x = low + (high − low) · byte / 255
  /// (`kernels/common/batch.cl`).
  ///
  /// Shapes: images (count, pixels) bytes, in one or more parts of whole images; x (rows, pixels)
  /// with rows at most the batch size.
  public func gatherBatch(
    _ label: String, _ order: BatchOrder, of images: [Tensor], range: ClosedRange<Float>,
    into x: Tensor
  ) {
    let pixels = x.columns
    precondition(
      images.allSatisfy { $0.columns == pixels } && x.rows <= order.batchSize,
      "a batch holds whole images")
    let lanes = widestLanes(upTo: max(4, context.device.floatLanes), dividing: pixels)
    record(label, .gatherBatch(order, images: images, range, x: x)) {
      let variant = KernelVariant(
        "batch.cl", "gather_batch",
        ["PIXELS": pixels, "GROUP": context.device.sharingGroup, "LANES": lanes]
      ).adding(order.options)
      appendParts(label, variant, order, of: images, range.scaling, into: x)
    }
  }

  /// Gathers the current batch as `gatherBatch` does, with each image shifted. Pixels from outside
  /// an image are black. The order must be shuffled.
  ///
  /// Shapes: images (count, height · width) bytes, in one or more parts of whole images; x (rows,
  /// height, width, 1).
  public func gatherShifted(
    _ label: String, _ order: BatchOrder, of images: [Tensor], by shifts: Shifts,
    range: ClosedRange<Float>, into x: Tensor
  ) {
    precondition(
      images.allSatisfy { $0.columns == x.columns } && x.shape.count == 4,
      "a batch holds whole images")
    precondition(order.shuffle != nil, "the shifts are drawn under the shuffle's seed")
    record(label, .gatherShifted(order, images: images, shifts, range, x: x)) {
      let variant = KernelVariant(
        "batch.cl", "gather_shifted",
        [
          "PIXELS": x.columns, "WIDTH": x.shape[2], "SHIFT": shifts.pixels,
          "GROUP": context.device.sharingGroup,
        ]
      ).adding(order.options)
      appendParts(
        label, variant, order, of: images, [.uint(shifts.stream)] + range.scaling, into: x)
    }
  }

  /// Appends a launch for each part of the images. Together they write all rows of x.
  private func appendParts(
    _ label: String, _ variant: KernelVariant, _ order: BatchOrder, of images: [Tensor],
    _ settings: [KernelArgument], into x: Tensor
  ) {
    let count = images.reduce(0) { $0 + $1.rows }
    var first = 0
    for part in images {
      append(
        label, variant, over: rowRange(x.rows), cost: LaunchCost(bytes: 5 * x.count / images.count),
        order.arguments(count: count) + [.uint(UInt32(first)), .uint(UInt32(part.rows))] + settings
          + [.tensor(order.state.tensor), .tensor(part), .tensor(x)])
      first += part.rows
    }
  }

  /// Gathers the labels of the images that `gatherBatch` gathers in the same order.
  ///
  /// Shapes: labels (count) bytes, out (rows) bytes.
  public func gatherLabels(
    _ label: String, _ order: BatchOrder, of labels: Tensor, into out: Tensor
  ) {
    precondition(labels.elementType == .uint8 && out.elementType == .uint8, "labels are bytes")
    record(label, .gatherLabels(order, labels: labels, out: out)) {
      append(
        label, KernelVariant("batch.cl", "gather_labels", [:]).adding(order.options),
        over: .items([out.count]), cost: LaunchCost(bytes: 2 * out.count),
        order.arguments(count: labels.count)
          + [.tensor(order.state.tensor), .tensor(labels), .tensor(out)])
    }
  }
}

extension ClosedRange<Float> {
  /// The factor and the offset that map bytes to this range.
  fileprivate var scaling: [KernelArgument] {
    [.float((upperBound - lowerBound) / 255), .float(lowerBound)]
  }
}
