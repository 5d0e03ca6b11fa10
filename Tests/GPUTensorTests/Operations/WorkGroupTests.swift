import Reference
import TestSupport
import Testing

@testable import GPUTensor

/// Products and convolutions with work-group tiles: every tile, without and with split-K, against
/// float64.
@Suite struct WorkGroupTests {
  /// The default tile, then every tile, in turn with whole sums and, if a sum is long enough, with
  /// sums in three parts: that changes only what follows a product.
  static let tiles: [Int?] = [nil] + GroupTile.table.indices.map { $0 }

  /// Picks that tile.
  private func pick(_ tile: Int?) -> ([String]) -> String? {
    guard let tile else { return { _ in nil } }
    let name = "tile \(GroupTile.table[tile].rows)×\(GroupTile.table[tile].columns)"
    let split = "\(name), 3 parts"
    return { tile % 2 == 1 && $0.contains(split) ? split : name }
  }

  /// Odd, degenerate and real shapes; tiles that end early, parts that end within a slice.
  static let shapes: [(m: Int, n: Int, k: Int)] = [
    (1, 1, 1), (3, 5, 7), (13, 1, 128), (5, 16, 100), (130, 36, 48), (7, 98, 34), (33, 132, 200),
  ]

  /// Wide and narrow vectors: kernels are compiled for each, so the tiles use them in turn.
  static let fewShapes = [(m: 33, n: 132, k: 200), (m: 3, n: 5, k: 210)]

  @Test(arguments: tiles)
  func products(tile: Int?) throws {
    let shapes = tile.map { [Self.fewShapes[$0 / 2 % 2]] } ?? Self.shapes
    try OperationChecks.run(on: try testContext(family: .workgroup), picking: pick(tile)) {
      try $0.products(shapes)
    }
  }

  /// Small maps and few channels, since a CPU runs work-groups slowly.
  static let convolutions = [
    ConvolutionCase(images: 1, 1, 1, 1, 1, stride: 1),
    ConvolutionCase(images: 9, 5, 3, 5, 6, stride: 2),
    ConvolutionCase(images: 13, 14, 14, 1, 32, stride: 2),
    ConvolutionCase(images: 2, 7, 7, 8, 36, stride: 1),
    ConvolutionCase(images: 3, 8, 8, 12, 16, stride: 2),
  ]

  /// An even number of taps, and phases that meet no tap, without and with padding.
  static let otherTaps = [0, 4].map { ConvolutionCase.otherTaps[$0] }

  /// The default tile at all shapes and with other taps; one that takes several turns to read along
  /// k and along rows at the last shape: kernels are compiled for each shape.
  @Test(arguments: [nil, 3])
  func convolutions(tile: Int?) throws {
    let cases =
      tile == nil ? Self.convolutions + Self.otherTaps : Array(Self.convolutions.suffix(1))
    try OperationChecks.run(on: try testContext(family: .workgroup), picking: pick(tile)) {
      try $0.convolutions(cases)
    }
  }

  /// Every number of a sum is used exactly once, for every choice.
  @Test func partsCoverWhatIsSummed() throws {
    let list = CommandList(try testContext())
    for tile in GroupTile.table + GroupTile.tensorCoreTable {
      for (k, parts) in [(1, 5), (100, 3), (784, 7), (1000, 64)] {
        let product = GroupProduct(m: 100, n: 100, k: k, lengths: [100], on: list)
        let sharing = GroupSharing(of: product, tile: tile, parts: parts)
        #expect(sharing.part % tile.depth == 0)
        #expect((sharing.parts - 1) * sharing.part < k && k <= sharing.parts * sharing.part)
        #expect(tile.itemColumns % sharing.lanes == 0 && 100 % sharing.lanes == 0)
      }
    }
  }
}
