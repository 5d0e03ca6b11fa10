/// Batch normalization of (rows, channels), in groups of equal numbers of rows, each with its own
/// statistics (Ioffe and Szegedy 2015; PyTorch's BatchNorm1d and BatchNorm2d).
public struct ReferenceBatchNorm {
  /// The statistics of a batch, (groups, channels).
  public struct Statistics {
    /// The means, and the biased variances.
    public let means, variances: [Double]

    /// Creates statistics, (groups, channels).
    public init(means: [Double], variances: [Double]) {
      self.means = means
      self.variances = variances
    }
  }

  /// Added to a variance before its root.
  public static let epsilon = 1e-5

  /// Rows of a group.
  public let count: Int
  private let channels: Int
  private let groups: Int

  /// Creates a normalization of `rows` rows.
  public init(rows: Int, channels: Int, groups: Int) {
    precondition(rows.isMultiple(of: groups), "groups have equal numbers of rows")
    self.channels = channels
    self.groups = groups
    count = rows / groups
  }

  /// Returns the statistics of x.
  public func statistics(_ x: [Double]) -> Statistics {
    let means = sums { x[$0] }.map { $0 / Double(count) }
    let variances = sums { element in
      let distance = x[element] - means[place(element)]
      return distance * distance
    }.map { $0 / Double(count) }
    return Statistics(means: means, variances: variances)
  }

  /// Returns the running means and variances after the groups, in their order.
  public func running(
    means: [Double], variances: [Double], momentum: Double, _ statistics: Statistics
  ) -> Statistics {
    let unbiased = Double(count) / Double(max(count - 1, 1))
    var (means, variances) = (means, variances)
    for group in 0..<groups {
      for channel in 0..<channels {
        let place = group * channels + channel
        means[channel] += momentum * (statistics.means[place] - means[channel])
        variances[channel] +=
          momentum * (statistics.variances[place] * unbiased - variances[channel])
      }
    }
    return Statistics(means: means, variances: variances)
  }

  /// Returns x at an element, normalized to a mean of 0 and a variance of 1.
  public func normal(at element: Int, _ x: Double, _ statistics: Statistics) -> Double {
    (x - statistics.means[place(element)]) * scale(element, statistics)
  }

  /// Returns the sums over each group of dy and of dy times normalized x: both (groups, channels).
  public func gradientSums(
    _ x: [Double], dy: [Double], _ statistics: Statistics
  ) -> (sums: [Double], products: [Double]) {
    (sums { dy[$0] }, sums { dy[$0] * normal(at: $0, x[$0], statistics) })
  }

  /// Returns the gradient of the input at an element, from the means over its group of dy and of dy
  /// times normalized x, (groups, 2, channels).
  public func backward(
    at element: Int, x: Double, dy: Double, _ statistics: Statistics, means: [Double]
  ) -> Double {
    let first = group(element) * 2 * channels + element % channels
    return scale(element, statistics)
      * (dy - means[first] - normal(at: element, x, statistics) * means[first + channels])
  }

  private func scale(_ element: Int, _ statistics: Statistics) -> Double {
    1 / (statistics.variances[place(element)] + Self.epsilon).squareRoot()
  }

  private func group(_ element: Int) -> Int { element / (count * channels) }

  /// The place of an element's group and channel.
  private func place(_ element: Int) -> Int { group(element) * channels + element % channels }

  /// Adds a function of each element over the rows of each group.
  private func sums(_ value: (Int) -> Double) -> [Double] {
    var sums = [Double](repeating: 0, count: groups * channels)
    for element in 0..<groups * count * channels { sums[place(element)] += value(element) }
    return sums
  }
}
