/// The statistics by which a batch is normalized. The rows of the batch are divided into equal
/// groups, such as real and fake images, each with its own statistics.
public struct BatchStatistics {
  /// The mean of each group and channel, (groups, channels).
  public let means: Tensor
  /// The variance, (groups, channels).
  public let variances: Tensor
  /// The means over a group of dy and of dy times normalized x, (groups, 2, channels); nil for
  /// running statistics, which have no backward pass.
  public let gradientMeans: Tensor?

  /// Creates statistics for `groups` groups.
  public init(groups: Int, channels: Int, label: String, on context: Context) {
    means = Tensor(context, [groups, channels], label: "\(label) means")
    variances = Tensor(context, [groups, channels], label: "\(label) variances")
    gradientMeans = Tensor(context, [groups, 2, channels], label: "\(label) gradient means")
  }

  private init(means: Tensor, variances: Tensor, gradientMeans: Tensor? = nil) {
    self.means = means
    self.variances = variances
    self.gradientMeans = gradientMeans
  }

  /// Creates the statistics of running means and variances, for one group and no backward pass.
  public init(_ running: RunningStatistics) {
    let channels = running.mean.count
    self.init(
      means: running.mean.reshaped([1, channels]),
      variances: running.variance.reshaped([1, channels]))
  }

  /// Returns the statistics of the first `groups` groups.
  public func prefix(_ groups: Int) -> BatchStatistics {
    BatchStatistics(
      means: means.prefix(groups), variances: variances.prefix(groups),
      gradientMeans: gradientMeans?.prefix(groups))
  }
}

/// Statistics over the batches of a training, by which evaluations normalize.
public struct RunningStatistics {
  /// The running mean and variance of each channel, (channels).
  public let mean, variance: Tensor
  /// The number of batches, one word.
  public let batches: Tensor

  /// Creates statistics in these tensors.
  public init(mean: Tensor, variance: Tensor, batches: Tensor) {
    self.mean = mean
    self.variance = variance
    self.batches = batches
  }
}

/// Batch normalization (`kernels/common/batch_norm.cl`), with PyTorch's ε of 1e-5.
extension CommandList {
  /// Computes the statistics of a batch: each channel's mean and biased variance over a group's
  /// rows and pixels. Moves the running statistics towards them by `momentum`, group by group; the
  /// running variance is unbiased.
  ///
  /// Shapes: x (rows, …, channels).
  public func batchStatistics(
    _ label: String, of x: Tensor, into statistics: BatchStatistics, running: RunningStatistics,
    momentum: Double = 0.1
  ) {
    let grid = NormalizationGrid(x, statistics, on: context.device)
    record(label, .batchStatistics(x: x, statistics, running, momentum: momentum)) {
      let partials = grid.partials(label, on: context)
      append(
        label + ".parts", grid.variant("partial_moments"), over: .items(grid.items),
        cost: LaunchCost(flops: 4 * x.count), grid.arguments + [.tensor(x), .tensor(partials)])
      append(
        label, grid.variant("join_moments"), over: .items([grid.vectors]),
        grid.arguments + [
          .uint(UInt32(grid.groups)), .float(Float(momentum)), .tensor(partials),
          .tensor(statistics.means), .tensor(statistics.variances), .tensor(running.mean),
          .tensor(running.variance), .tensor(running.batches),
        ])
    }
  }

  /// Computes y = f(weight · (x − mean) / √(variance + ε) + bias), then dropout. The epilogue has
  /// the bias, the activation f and the dropout.
  ///
  /// Shapes: x and y (rows, …, channels), weight and bias (channels).
  public func normalize(
    _ label: String, _ x: Tensor, by statistics: BatchStatistics, weight: Tensor,
    epilogue: Epilogue, into y: Tensor
  ) {
    let grid = NormalizationGrid(x, statistics, on: context.device)
    record(label, .normalize(x: x, statistics, weight: weight, epilogue, y: y)) {
      append(
        label, grid.variant("normalize").adding(epilogue.options(channels: "\(grid.channels)")),
        over: .items(grid.items), cost: LaunchCost(flops: 3 * x.count),
        grid.arguments
          + [
            .uint(UInt32(grid.pixels)), .tensor(x), .tensor(statistics.means),
            .tensor(statistics.variances), .tensor(weight), .tensor(epilogue.aux), .tensor(y),
          ] + epilogue.arguments)
    }
  }

  /// Computes the gradients of a normalization's weight and bias, and the means over each group
  /// that `normalizeBackward` takes.
  ///
  /// Shapes: x and dy (rows, …, channels), weight and bias (channels).
  public func normalizeGradients(
    _ label: String, _ x: Tensor, dy: Tensor, by statistics: BatchStatistics,
    weight: Tensor, bias: Tensor
  ) {
    guard let means = statistics.gradientMeans else {
      preconditionFailure("running statistics have no backward pass")
    }
    let grid = NormalizationGrid(x, statistics, on: context.device)
    record(label, .normalizeGradients(x: x, dy: dy, statistics, weight: weight, bias: bias)) {
      let partials = grid.partials(label, on: context)
      append(
        label + ".parts", grid.variant("partial_gradients"), over: .items(grid.items),
        cost: LaunchCost(flops: 5 * x.count),
        grid.arguments + [
          .tensor(x), .tensor(dy), .tensor(statistics.means), .tensor(statistics.variances),
          .tensor(partials),
        ])
      append(
        label, grid.variant("join_gradients"), over: .items([grid.vectors]),
        grid.arguments + [
          .uint(UInt32(grid.groups)), .tensor(partials), .tensor(means), .tensor(weight),
          .tensor(bias),
        ])
    }
  }

  /// Computes the gradient at the input of a normalization, through its statistics. The epilogue
  /// has x, and multiplies by the derivatives of the activation and the dropout that made it.
  ///
  /// Shapes: dy and dx (rows, …, channels), weight (channels).
  public func normalizeBackward(
    _ label: String, dy: Tensor, by statistics: BatchStatistics, weight: Tensor,
    epilogue: Epilogue, into dx: Tensor
  ) {
    guard let means = statistics.gradientMeans else {
      preconditionFailure("running statistics have no backward pass")
    }
    let grid = NormalizationGrid(dy, statistics, on: context.device)
    record(label, .normalizeBackward(dy: dy, statistics, weight: weight, epilogue, dx: dx)) {
      append(
        label,
        grid.variant("normalize_backward").adding(epilogue.options(channels: "\(grid.channels)")),
        over: .items(grid.items), cost: LaunchCost(flops: 8 * dy.count),
        grid.arguments + [
          .tensor(epilogue.aux), .tensor(dy), .tensor(statistics.means),
          .tensor(statistics.variances), .tensor(means), .tensor(weight), .tensor(dx),
        ])
    }
  }
}

/// The division of a batch among work-items: each takes a vector of channels of a part of a group's
/// rows. It does not depend on the device, so neither do the sums.
private struct NormalizationGrid {
  let groups: Int
  let channels: Int
  /// Rows of an example: the pixels of a map.
  let pixels: Int
  /// Vectors of channels.
  var vectors: Int { channels / lanes }
  var items: [Int] { [vectors, ceilDivide(count, part), groups] }
  private let lanes: Int
  /// Rows of a group, and of a part of it.
  private let count: Int
  private let part: Int

  init(_ x: Tensor, _ statistics: BatchStatistics, on device: Device) {
    (groups, channels) = (statistics.means.rows, statistics.means.columns)
    precondition(
      x.shape.last == channels && x.rows.isMultiple(of: groups), "groups have equal parts of x")
    pixels = x.count / x.rows / channels
    count = x.count / channels / groups
    part = max(min(count, 128), ceilDivide(count, 64))
    lanes = widestLanes(upTo: max(4, device.floatLanes), dividing: channels)
  }

  /// The first arguments of each kernel.
  var arguments: [KernelArgument] { [.uint(UInt32(count)), .uint(UInt32(part))] }

  func variant(_ function: String) -> KernelVariant {
    KernelVariant("batch_norm.cl", function, ["CHANNELS": channels, "LANES": lanes])
  }

  func partials(_ label: String, on context: Context) -> Tensor {
    Tensor(context, [groups, items[1], 2, channels], label: "\(label) partials")
  }
}
