import GPUTensor
import Reference

/// The comparison of images by their features.
extension OperationTruth {
  mutating func halfNorms(_ x: Tensor, _ halves: Tensor) throws -> Trial {
    let truth = ReferenceNeighbours.halfNorms(
      try draw(x).map(Double.init), columns: x.columns)
    return Trial(outputs: [Trial.Output(tensors[halves], products: x.columns) { truth[$0] }])
  }

  /// The earlier columns, if there are any, have smaller scores.
  mutating func largestScores(
    _ scores: Tensor, first: Int, _ best: Tensor, _ places: Tensor
  ) throws -> Trial {
    let drawn = try draw(scores).map(Double.init)
    let (made, kept) = (tensors[places], best.columns)
    try tensors[best].write([Float](repeating: -2, count: best.count))
    try made.write([UInt32](repeating: 0, count: places.count))
    let truth = ReferenceNeighbours.largest(
      drawn, columns: scores.columns, kept: min(kept, scores.columns))
    // A block with fewer columns than are kept leaves earlier scores, which were not drawn.
    let shape = [scores.rows, min(kept, scores.columns)]
    func read(_ elements: [Float]) -> [Float] {
      (0..<shape[0]).flatMap { elements[$0 * kept..<$0 * kept + shape[1]] }
    }
    let largest = tensors[best]
    return Trial(outputs: [
      Trial.Output(shape) {
        read(try largest.floats())
      } truth: {
        truth.scores[$0]
      },
      Trial.Output(shape) {
        read(try made.words().map { Float($0) })
      } truth: {
        Double(first + truth.places[$0])
      },
    ])
  }

  mutating func cubedSums(_ scores: Tensor, scale: Float, _ sums: Tensor) throws -> Trial {
    let truth = ReferenceNeighbours.cubedSums(
      try draw(scores).map(Double.init), columns: scores.columns, scale: Double(scale))
    return Trial(outputs: [Trial.Output(tensors[sums], products: scores.columns) { truth[$0] }])
  }
}
