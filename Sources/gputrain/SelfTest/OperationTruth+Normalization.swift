import GPUTensor
import Reference

/// Batch normalization.
extension OperationTruth {
  mutating func batchStatistics(
    _ x: Tensor, _ statistics: BatchStatistics, _ running: RunningStatistics, momentum: Double
  ) throws -> Trial {
    let numbers = try draw(x)
    let reference = ReferenceBatchNorm(x, statistics)
    let truth = reference.statistics(numbers.map(Double.init))
    let (mean, variance) = (try draw(running.mean), try draw(running.variance) { abs($1) })
    let after = reference.running(
      means: mean.map(Double.init), variances: variance.map(Double.init), momentum: momentum, truth)
    let made = tensors
    func prepare() throws {
      try made[running.mean].write(mean)
      try made[running.variance].write(variance)
      try made[running.batches].write([5] as [UInt32])
    }
    // A mean is near zero, with the rounding error of its sum.
    let typical = euclideanNorm(numbers) / Double(reference.count)
    return Trial(
      prepare: prepare,
      outputs: [
        Trial.Output(made[statistics.means], products: reference.count, typicalNorm: typical) {
          truth.means[$0]
        },
        Trial.Output(made[statistics.variances], products: reference.count) {
          truth.variances[$0]
        },
        Trial.Output(made[running.mean]) { after.means[$0] },
        Trial.Output(made[running.variance]) { after.variances[$0] },
        Trial.Output([1]) {
          try made[running.batches].words().map { Float($0) }
        } truth: { _ in
          Double(5 + statistics.means.rows)
        },
      ])
  }

  mutating func normalize(
    _ x: Tensor, _ statistics: BatchStatistics, _ weight: Tensor, _ epilogue: Epilogue, _ y: Tensor
  ) throws -> Trial {
    let (numbers, weights) = (try draw(x), try draw(weight))
    let reference = ReferenceBatchNorm(x, statistics)
    let drawn = try draw(statistics)
    return try finished(
      epilogue, y, channels: weights.count, products: 1, operands: (numbers, weights)
    ) {
      reference.normal(at: $0, Double(numbers[$0]), drawn) * Double(weights[$0 % weights.count])
    }
  }

  mutating func normalizeGradients(
    _ x: Tensor, _ dy: Tensor, _ statistics: BatchStatistics, _ weight: Tensor, _ bias: Tensor
  ) throws -> Trial {
    let (numbers, gradient) = (try draw(x), try draw(dy))
    let reference = ReferenceBatchNorm(x, statistics)
    let drawn = try draw(statistics)
    let (sums, products) = reference.gradientSums(
      numbers.map(Double.init), dy: gradient.map(Double.init), drawn)
    let (channels, groups) = (weight.count, statistics.means.rows)
    func total(_ sums: [Double], _ channel: Int) -> Double {
      (0..<groups).reduce(0) { $0 + sums[$1 * channels + channel] }
    }
    // Sums of numbers of both signs; normalized x may be large.
    let normals = numbers.indices.map {
      Double(gradient[$0]) * reference.normal(at: $0, Double(numbers[$0]), drawn)
    }
    let typical = (euclideanNorm(gradient), euclideanNorm(normals))
    func output(
      _ tensor: Tensor, _ typicalNorm: Double, _ truth: @escaping (Int) -> Double
    ) -> Trial.Output {
      Trial.Output(
        tensors[tensor], products: reference.count, typicalNorm: typicalNorm, truth: truth)
    }
    var outputs = [
      output(bias, typical.0) { total(sums, $0) },
      output(weight, typical.1) { total(products, $0) },
    ]
    if let means = statistics.gradientMeans {
      let larger = max(typical.0, typical.1) / Double(reference.count)
      outputs.append(
        output(means, larger) { element in
          let (row, channel) = element.quotientAndRemainder(dividingBy: channels)
          let place = row / 2 * channels + channel
          return (row.isMultiple(of: 2) ? sums[place] : products[place]) / Double(reference.count)
        })
    }
    return Trial(outputs: outputs)
  }

  mutating func normalizeBackward(
    _ dy: Tensor, _ statistics: BatchStatistics, _ weight: Tensor, _ epilogue: Epilogue,
    _ dx: Tensor
  ) throws -> Trial {
    guard case .gradient(let activation, let dropped, let x) = epilogue,
      let means = statistics.gradientMeans
    else { return Trial(outputs: []) }
    let (gradient, weights) = (try draw(dy), try draw(weight))
    let drawn = try draw(statistics)
    let averages = try draw(means).map(Double.init)
    let outputs = try drawOutputs(activation, dropped, x)
    let reference = ReferenceBatchNorm(dy, statistics)
    return Trial(outputs: [
      Trial.Output(tensors[dx]) {
        reference.backward(
          at: $0, x: Double(outputs[$0]), dy: Double(gradient[$0]), drawn, means: averages)
          * Double(weights[$0 % weights.count])
          * Self.derivative(activation, dropped, at: outputs[$0])
      }
    ])
  }

  /// Draws statistics: variances are positive.
  private mutating func draw(
    _ statistics: BatchStatistics
  ) throws -> ReferenceBatchNorm.Statistics {
    ReferenceBatchNorm.Statistics(
      means: try draw(statistics.means).map(Double.init),
      variances: try draw(statistics.variances) { 0.1 + abs($1) }.map(Double.init))
  }
}

extension ReferenceBatchNorm {
  /// The normalization of a batch.
  fileprivate init(_ x: Tensor, _ statistics: BatchStatistics) {
    let channels = statistics.means.columns
    self.init(rows: x.count / channels, channels: channels, groups: statistics.means.rows)
  }
}
