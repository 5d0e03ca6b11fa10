import GPUTensor
import Reference

/// Batches, copies, sums and random numbers.
extension OperationTruth {
  mutating func copy(
    _ rows: Range<Int>, _ x: Tensor, to start: Int, _ y: Tensor
  ) throws -> Trial {
    let (from, kept) = (try draw(x), try draw(y))
    let columns = y.columns
    let copied = start * columns..<(start + rows.count) * columns
    let offset = (rows.lowerBound - start) * columns
    return Trial(outputs: [
      Trial.Output(tensors[y]) { Double(copied.contains($0) ? from[$0 + offset] : kept[$0]) }
    ])
  }

  mutating func add(_ x: Tensor, scale: Float, _ y: Tensor) throws -> Trial {
    let (a, b) = (try draw(x).map(Double.init), try draw(y).map(Double.init))
    return Trial(outputs: [Trial.Output(tensors[y]) { Double(scale) * (a[$0] + b[$0]) }])
  }

  /// Gathers the first batch of an epoch, or the last one if it is short.
  func gather(
    _ order: BatchOrder, _ images: [Tensor], _ range: ClosedRange<Float>, _ x: Tensor,
    by shifts: Shifts? = nil
  ) throws -> Trial {
    let (parts, pixels) = (try images.map { try drawBytes($0) }, x.columns)
    let image = try index(order, count: images.reduce(0) { $0 + $1.rows }, rows: x.rows)
    // All parts but the last have as many images as the first.
    let perPart = images[0].rows
    let width = x.shape.count > 2 ? x.shape[2] : pixels
    let (low, high) = (Double(range.lowerBound), Double(range.upperBound))
    let (source, step) = (order.shuffle, step)
    func shift(_ row: Int, _ word: Int) -> Int {
      guard let shifts, let source else { return 0 }
      let bits = ReferencePhilox.bits(
        seed: source.seed, stream: shifts.stream, step: step,
        element: 4 * (order.firstRow + row) + word)
      return Int(bits % UInt32(2 * shifts.pixels + 1)) - shifts.pixels
    }
    return Trial(outputs: [
      Trial.Output(tensors[x]) { element in
        let (row, pixel) = element.quotientAndRemainder(dividingBy: pixels)
        let (line, column) = (pixel / width - shift(row, 1), pixel % width - shift(row, 0))
        guard (0..<pixels / width).contains(line), (0..<width).contains(column) else { return low }
        let (part, place) = image(row).quotientAndRemainder(dividingBy: perPart)
        let byte = parts[part][place * pixels + line * width + column]
        return low + (high - low) * Double(byte) / 255
      }
    ])
  }

  func gatherLabels(_ order: BatchOrder, _ labels: Tensor, _ out: Tensor) throws -> Trial {
    let bytes = try drawBytes(labels)
    let label = try index(order, count: labels.count, rows: out.count)
    let made = tensors[out]
    return Trial(outputs: [
      Trial.Output(out.shape) {
        try made.bytes().map(Float.init)
      } truth: {
        Double(bytes[label($0)])
      }
    ])
  }

  /// Sets the state to a batch of `rows`.
  ///
  /// - Returns: The place in the data set of each row of the batch.
  private func index(
    _ order: BatchOrder, count: Int, rows: Int
  ) throws -> (Int) -> Int {
    guard !order.isStaged else {
      try setState(order.state)
      return { order.firstRow + $0 }
    }
    let end = order.firstRow + rows
    let batch = end < order.batchSize ? (count - end) / order.batchSize : 0
    try setState(order.state, batch: batch)
    let first = batch * order.batchSize + order.firstRow
    guard let source = order.shuffle else { return { first + $0 } }
    let permutation = ReferencePermutation(
      count: count, seed: source.seed, stream: source.stream, epoch: 0)
    return { permutation(first + $0) }
  }

  func drawn(_ out: Tensor, _ number: @escaping (Int) -> Double) -> Trial {
    Trial(outputs: [Trial.Output(tensors[out], truth: number)])
  }

  func drawnInStep(_ source: RandomSource, _ state: StepState, _ out: Tensor) throws -> Trial {
    try setState(state)
    let step = step
    return drawn(out) { ReferenceRandom.normal(source, step, $0) }
  }
}
