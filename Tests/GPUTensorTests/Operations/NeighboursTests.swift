import GPUTensor
import Reference
import TestSupport
import Testing

@Suite struct NeighboursTests {
  @Test(arguments: [(1, 1), (3, 7), (70, 64), (5, 784)])
  func normsMatchTheReference(rows: Int, columns: Int) throws {
    let context = try testContext()
    let x = normals(rows * columns, seed: 1)
    let halves = Tensor(context, [rows], label: "halves")
    let list = CommandList(context)
    list.halfNorms("halves", try Tensor(context, [rows, columns], x), into: halves)
    try list.run()
    let expected = ReferenceNeighbours.halfNorms(x.doubles, columns: columns)
    #expect(relativeError(try halves.floats(), expected) < 1e-6)
  }

  /// Rows, and the columns of consecutive products.
  @Test(arguments: [(1, [4]), (3, [1, 1, 7]), (20, [64, 64, 36]), (5, [1000])], [1, 4])
  func theLargestMatchTheReference(shape: (rows: Int, parts: [Int]), kept: Int) throws {
    let context = try testContext()
    let columns = shape.parts.reduce(0, +)
    // Steps of a quarter, so that there are equal scores.
    let scores = normals(shape.rows * columns, seed: 2).map { ($0 * 4).rounded() / 4 }
    let best = Tensor(context, [shape.rows, kept], label: "best")
    let places = Tensor(context, [shape.rows, kept], .word, label: "places")
    let list = CommandList(context)
    var first = 0
    for part in shape.parts {
      let some = (0..<shape.rows).flatMap {
        scores[$0 * columns + first..<$0 * columns + first + part]
      }
      list.largestScores(
        "best", try Tensor(context, [shape.rows, part], some), first: first, into: best,
        places: places)
      first += part
    }
    try list.run()
    let expected = ReferenceNeighbours.largest(scores.doubles, columns: columns, kept: kept)
    #expect(try best.floats().doubles == expected.scores)
    let found = try places.words().map(Int.init)
    // For equal scores a group may name any of them.
    for (index, place) in found.enumerated() {
      #expect(Double(scores[index / kept * columns + place]) == expected.scores[index])
    }
    if context.device.kind == .cpu { #expect(found == expected.places) }
  }

  @Test(arguments: [(1, 1), (3, 7), (40, 1000)])
  func cubesMatchTheReference(rows: Int, columns: Int) throws {
    let context = try testContext()
    let scores = normals(rows * columns, seed: 3).map { 64 + 30 * $0 }
    let sums = Tensor(context, [rows], label: "sums")
    let list = CommandList(context)
    list.cubedSums(
      "sums", try Tensor(context, [rows, columns], scores), scale: 1.0 / 64, into: sums)
    try list.run()
    let expected = ReferenceNeighbours.cubedSums(
      scores.doubles, columns: columns, scale: 1.0 / 64)
    // The sums are compensated: only the rounding of the cubes remains.
    #expect(relativeError(try sums.floats(), expected) < 2e-7)
  }
}
