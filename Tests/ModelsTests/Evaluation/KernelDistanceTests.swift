import GPUTensor
import TestSupport
import Testing

@testable import Evaluation
@testable import GenerativeModels

/// The kernel distance against its definition.
@Suite struct KernelDistanceTests {
  /// Ten blocks of two, four and 23 rows, with and without rows left over; two blocks of two rows;
  /// 23 blocks of ten rows. The device sums floats with seven digits, of kernels that are larger
  /// than their difference.
  @Test(arguments: [(20, 5, 10), (47, 3, 10), (230, 64, 10), (5, 7, 2), (230, 8, 23)])
  func theDistanceMatchesItsDefinition(count: Int, width: Int, blocks: Int) throws {
    let context = try testContext()
    let (x, y) = (
      normals(count * width, seed: 1), normals(count * width, seed: 2).map { 0.7 * $0 + 0.8 }
    )
    let sets = try [x, y].map { try Tensor(context, [count, width], $0) }
    let halves = try [x, y].map { try Tensor(context, [count, 1], halfNorms($0, width)) }
    let distance = KernelDistance(
      sets[0], sets[1], halves: (halves[0], halves[1]),
      scores: NeighbourSearch.scores(queries: count, on: context),
      largestBlock: blocks > 10 ? 10 : KernelDistance.largestBlock, on: context)
    try CommandList.compile([distance.list])
    let found = try distance.run()

    let estimates = (0..<blocks).map { estimate(x, y, block: $0, of: count / blocks, width) }
    let mean = estimates.reduce(0, +) / Double(blocks)
    let squares = estimates.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let error = (squares / Double(blocks * (blocks - 1))).squareRoot()
    #expect(mean > 0.1 && error > 0.01)
    #expect(abs(found.mean - mean) < 1e-5 * mean)
    #expect(abs(found.standardError - error) < 1e-5 * error)
  }

  private func halfNorms(_ rows: [Float], _ width: Int) -> [Float] {
    stride(from: 0, to: rows.count, by: width).map { start in
      Float(rows[start..<start + width].doubles.reduce(0) { $0 - $1 * $1 / 2 })
    }
  }

  /// A block's unbiased estimate, pair by pair. Within a set, a row is not paired with itself;
  /// between sets, each row is paired with each.
  private func estimate(
    _ x: [Float], _ y: [Float], block: Int, of size: Int, _ width: Int
  ) -> Double {
    func mean(_ a: [Float], _ b: [Float], withItself: Bool) -> Double {
      var (sum, pairs) = (0.0, 0.0)
      for i in block * size..<(block + 1) * size {
        for j in block * size..<(block + 1) * size where withItself || i != j {
          let product = (0..<width).reduce(0.0) {
            $0 + Double(a[i * width + $1]) * Double(b[j * width + $1])
          }
          let base = product / Double(width) + 1
          sum += base * base * base
          pairs += 1
        }
      }
      return sum / pairs
    }
    return mean(x, x, withItself: false) + mean(y, y, withItself: false)
      - 2 * mean(x, y, withItself: true)
  }
}

extension ArraySlice<Float> {
  fileprivate var doubles: [Double] { map(Double.init) }
}
