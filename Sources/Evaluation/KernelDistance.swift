import GPUTensor
import GenerativeModels
import Statistics

/// Measures the kernel distance between two sets of feature vectors: the unbiased estimate of the
/// squared maximum mean discrepancy with the kernel (x · y / d + 1)³ (Bińkowski et al.:
/// "Demystifying MMD GANs", 2018). It is a mean over blocks. Their spread gives the standard error.
final class KernelDistance {
  /// Its list, to compile with others.
  let list: CommandList
  private let bias: Tensor  // (block): d, which is added to products
  private let width: Int
  private let size: Int
  private let halves: [Tensor]  // −½ |x|² of all rows of x, then of y
  /// Row sums of the kernel in each block: of x with x, of y with y, of x with y.
  private let sums: [[Tensor]]

  /// The largest number of a set's vectors in a block, and the smallest number of blocks unless a
  /// block would have less than two vectors.
  static let (largestBlock, fewestBlocks) = (1000, 10)

  /// Creates a measurement of the distance between `x` and `y`, each (n, d) with n at least 4.
  ///
  /// - Parameters:
  ///   - x: The first set.
  ///   - y: The second set.
  ///   - halves: −½ |x|² of the rows of both sets, which a run reads.
  ///   - scores: Memory for n · `NeighbourSearch.tile` floats.
  ///   - largestBlock: The largest number of a set's vectors in a block.
  ///   - context: The context of these tensors.
  init(
    _ x: Tensor, _ y: Tensor, halves: (Tensor, Tensor), scores: Tensor,
    largestBlock: Int = KernelDistance.largestBlock, on context: Context
  ) {
    let count = x.rows
    let blocks = min(
      count / 2,
      max(Self.fewestBlocks, (count + largestBlock - 1) / largestBlock))
    let (size, width) = (count / blocks, x.columns)
    (self.size, self.width) = (size, width)
    self.halves = [halves.0, halves.1]
    let (list, bias) = (CommandList(context), Tensor(context, [size], label: "kernel bias"))
    (self.list, self.bias) = (list, bias)
    let parts = ["x", "y"].map { Tensor(context, [size, width], label: "block of \($0)") }
    let products = scores.prefix(size * size).reshaped([size, size])
    var sums: [[Tensor]] = []
    for block in 0..<blocks {
      for (all, part) in zip([x, y], parts) {
        list.copy("block", block * size..<(block + 1) * size, of: all, to: 0, of: part)
      }
      sums.append(
        [(0, 0), (1, 1), (0, 1)].map { first, second in
          let sum = Tensor(context, [size], label: "kernel sums")
          list.gemmNT(
            "kernel", parts[first], parts[second],
            epilogue: .output(bias: bias, .identity, nil), into: products)
          list.cubedSums("kernel sums", products, scale: 1 / Float(width), into: sum)
          return sum
        })
    }
    self.sums = sums
  }

  /// Measures the distance.
  ///
  /// - Throws: `OpenCLError`.
  func run() throws -> MeanEstimate {
    try bias.write([Float](repeating: Float(width), count: size))
    try list.run()
    let diagonals = try halves.map {
      try $0.floats().map { cube(1 - 2 * Double($0) / Double(width)) }
    }
    let n = Double(size)
    return MeanEstimate(
      of: try sums.enumerated().map { block, sums in
        let totals = try sums.map { try $0.floats().reduce(0) { $0 + Double($1) } }
        let rows = block * size..<(block + 1) * size
        let own = diagonals.map { $0[rows].reduce(0, +) }
        return (totals[0] - own[0] + totals[1] - own[1]) / (n * (n - 1))
          - 2 * totals[2] / (n * n)
      })
  }

  private func cube(_ value: Double) -> Double { value * value * value }
}
