import GPUTensor
import TestSupport
import Testing

@Suite struct CopyTests {
  @Test(arguments: [1, 3, 4, 784])
  func rowsAreCopiedWholeAndNothingElse(columns: Int) throws {
    let context = try testContext()
    let x = normals(5 * columns, seed: 1)
    let y = Tensor(context, [4, columns], label: "y")
    try y.fillZero()
    let list = CommandList(context)
    list.copy("copy", 2..<4, of: try Tensor(context, [5, columns], x), to: 1, of: y)
    try list.run()
    let zeros = [Float](repeating: 0, count: columns)
    #expect(try y.floats() == zeros + x[2 * columns..<4 * columns] + zeros)
  }

  @Test(arguments: [1, 7, 1000])
  func sumsAreScaled(count: Int) throws {
    let context = try testContext()
    let (x, y) = (normals(count, seed: 1), normals(count, seed: 2))
    let sum = try Tensor(context, [count], y)
    let list = CommandList(context)
    list.add("add", try Tensor(context, [count], x), scale: 0.25, to: sum)
    try list.run()
    #expect(try sum.floats() == zip(x, y).map { 0.25 * ($0 + $1) })
  }
}
