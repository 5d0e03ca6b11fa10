import Reference
import TestSupport
import Testing

@testable import GPUTensor

/// The kernels for tensor cores, with the instructions emulated from the PTX ISA's tables: every
/// tile, without and with split-K, against float64.
@Suite struct TensorCoreTests {
  static let precisions: [Precision] = [.tf32, .bf16]
  /// The default tile in both precisions, then every tile in one of them in turn: the precisions
  /// use the same tiles, and differ only in how a number is rounded.
  static let choices: [(Precision, Int?)] =
    precisions.map { ($0, nil) }
    + GroupTile.tensorCoreTable.indices.map { (precisions[$0 % 2], $0) }

  /// Picks that tile, in turn with whole sums and with sums in three parts.
  private func pick(_ tile: Int?) -> ([String]) -> String? {
    guard let tile else { return { _ in nil } }
    let shape = GroupTile.tensorCoreTable[tile]
    let name = "tile \(shape.rows)×\(shape.columns)"
    let split = "\(name), 3 parts"
    return { tile % 2 == 1 && $0.contains(split) ? split : name }
  }

  /// The error of a product of two rounded numbers is at most two roundoffs, and the norm of sums
  /// of products with random signs has no larger relative error.
  private func tolerance(_ precision: Precision) -> Double { 2 * precision.roundoff }

  /// A whole fragment; odd shapes; shapes that end within a fragment, a warp, a tile, a slice or a
  /// part; for vectors of one, two and four.
  static let shapes: [(m: Int, n: Int, k: Int)] = [
    (16, 8, 16), (8, 9, 11), (130, 36, 48), (17, 98, 34), (33, 132, 200),
  ]

  /// All shapes once, and the last one with every tile and precision.
  @Test(arguments: choices)
  func products(precision: Precision, tile: Int?) throws {
    let shapes = tile == nil && precision == .tf32 ? Self.shapes : Array(Self.shapes.suffix(1))
    try OperationChecks.run(on: try testContext(precision: precision), picking: pick(tile)) {
      try $0.products(shapes, tolerance: tolerance(precision))
    }
  }

  /// Few and small maps: a CPU runs work-groups slowly, and compiles kernels for each shape. Some
  /// products of the first one take the float32 kernels.
  static let convolutions = [
    ConvolutionCase(images: 13, 14, 14, 1, 32, stride: 2),
    ConvolutionCase(images: 2, 7, 7, 8, 36, stride: 1),
    ConvolutionCase(images: 3, 5, 3, 9, 11, stride: 2),
  ]

  @Test(arguments: [(.tf32, nil), (.bf16, 3)] as [(Precision, Int?)])
  func convolutions(precision: Precision, tile: Int?) throws {
    let cases = tile == nil ? Self.convolutions : Array(Self.convolutions.suffix(1))
    try OperationChecks.run(on: try testContext(precision: precision), picking: pick(tile)) {
      try $0.convolutions(cases, tolerance: tolerance(precision))
    }
  }

  /// A matrix times the identity is the rounded matrix: each number occurs once, in its place,
  /// rounded to the precision, to the bit.
  @Test(arguments: precisions)
  func everyNumberIsRoundedInItsPlace(precision: Precision) throws {
    let context = try testContext(precision: precision)
    let (m, n) = (40, 24)
    var a = normals(m * n, seed: 1)
    // Ties and their neighbours; the smallest normal numbers, and large ones.
    let special: [Float] = [
      1 + 0x1p-11, 1 + 0x1.8p-10, 1 + 0x1p-11 + 0x1p-23, 1 + 0x1p-11 - 0x1p-23, 1 + 0x1p-8,
      1 + 0x1.8p-7, 1 + 0x1p-8 + 0x1p-23, 2 - 0x1p-23, 0x1p-126, 0x1.804p-126, 3e38, 0,
    ]
    a.replaceSubrange(0..<2 * special.count, with: special + special.map { -$0 })
    let identity = (0..<n * n).map { Float($0 % (n + 1) == 0 ? 1 : 0) }
    let zeros = try Tensor(context, [n], [Float](repeating: 0, count: n))
    let list = CommandList(context)
    let results = (0..<3).map { Tensor(context, [m, n], label: "result \($0)") }
    let transposed = (0..<m * n).map { a[$0 % m * n + $0 / m] }
    let unit = try Tensor(context, [n, n], identity)
    let epilogue = Epilogue.output(bias: zeros, .identity, nil)
    list.gemmNN("nn", try Tensor(context, [m, n], a), unit, epilogue: epilogue, into: results[0])
    list.gemmNT("nt", try Tensor(context, [m, n], a), unit, epilogue: epilogue, into: results[1])
    list.gemmTN(
      "tn", try Tensor(context, [n, m], transposed), unit, into: results[2],
      columnSums: Tensor(context, [n], label: "sums"))
    // The same with the operands exchanged.
    let other = Tensor(context, [n, m], label: "other")
    let short = try Tensor(context, [n, m], transposed)
    list.gemmNN(
      "other", unit, short,
      epilogue: .output(
        bias: try Tensor(context, [m], [Float](repeating: 0, count: m)), .identity, nil),
      into: other)
    #expect(list.launches.allSatisfy { $0.variant.precision == precision })
    try list.run()
    let expected = a.map { rounded($0, precision) }
    for result in results { #expect(try result.floats() == expected, "\(result.buffer.label)") }
    #expect(try other.floats() == transposed.map { rounded($0, precision) })
  }

  /// Returns the number rounded to the precision by the standard library.
  private func rounded(_ number: Float, _ precision: Precision) -> Float {
    guard number != 0 else { return number }
    let (bits, rule): (Int, FloatingPointRoundingRule) =
      precision == .tf32 ? (10, .toNearestOrAwayFromZero) : (7, .toNearestOrEven)
    let unit = Double(sign: .plus, exponent: Int(number.exponent) - bits, significand: 1)
    return Float((Double(number) / unit).rounded(rule) * unit)
  }

  @Test(arguments: precisions)
  func nanIsNotHidden(precision: Precision) throws {
    let context = try testContext(precision: precision)
    for wrong in [Float.nan, -.nan, .infinity] {
      let size = 16
      var a = normals(size * size, seed: 1)
      a[5] = wrong
      let c = Tensor(context, [size, size], label: "c")
      let list = CommandList(context)
      list.gemmTN(
        "weight", try Tensor(context, [size, size], normals(size * size, seed: 2)),
        try Tensor(context, [size, size], a), into: c,
        columnSums: Tensor(context, [size], label: "sums"))
      try list.run()
      for (index, value) in try c.floats().enumerated() {
        #expect(value.isFinite == (index % size != 5), "\(wrong) at \(index)")
      }
    }
  }

  /// The kernels' assumptions about tiles.
  @Test func tilesAreOfWholeFragments() {
    for tile in GroupTile.tensorCoreTable {
      // Warps of 8 × 4 work-items, fragments of 16 × 8, and a depth of at least 16.
      #expect(tile.rows % (8 * tile.itemRows) == 0 && tile.columns % (4 * tile.itemColumns) == 0)
      #expect(tile.itemRows % 2 == 0 && tile.itemColumns % 2 == 0 && tile.depth % 16 == 0)
      // The vectors that a work-item loads of a slice have the same columns, at any vector width.
      #expect(tile.items % tile.columns == 0)
      // Both slices, double-buffered, in the 48 KiB that NVIDIA's devices have per group.
      #expect(2 * 4 * tile.depth * (tile.rows + tile.columns + 16) <= 48 << 10)
    }
  }

  @Test func aDeviceWithoutTensorCoresIsRefused() throws {
    let device = try #require(try testDevices.get().first { !$0.isNVIDIA })
    let context = try Context(device: device, precision: .bf16)
    #expect(context.family == .tensorcore)
    let list = CommandList(context)
    list.copy(
      "copy", 0..<1, of: Tensor(context, [1, 4], label: "from"), to: 0,
      of: Tensor(context, [1, 4], label: "to"))
    #expect(throws: PrecisionError(device: device.name, precision: .bf16)) { try list.run() }
  }
}
