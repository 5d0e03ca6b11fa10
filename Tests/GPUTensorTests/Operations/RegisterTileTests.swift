import TestSupport
import Testing

@testable import GPUTensor

/// Every variant that a tuner may choose on a CPU, against float64.
@Suite struct RegisterTileTests {
  /// Picks the variant at a position of an operation's list, if the list is long enough.
  private func pick(_ place: Int) -> ([String]) -> String? {
    { $0.count > place ? $0[place] : nil }
  }

  /// The last k is longer than a block.
  @Test(arguments: 1...5)
  func products(place: Int) throws {
    try OperationChecks.run(on: try testContext(family: .register), picking: pick(place)) {
      try $0.products([(33, 48, 200), (130, 96, 64), (7, 48, 1100)])
    }
  }

  @Test(arguments: 1...4)
  func convolutions(place: Int) throws {
    try OperationChecks.run(on: try testContext(family: .register), picking: pick(place)) {
      try $0.convolutions(
        [
          ConvolutionCase(images: 5, 9, 5, 16, 48, stride: 1),
          ConvolutionCase(images: 7, 8, 8, 16, 48, stride: 2),
          ConvolutionCase(images: 3, 6, 6, 1, 48, stride: 2),
        ], tolerance: ConvolutionMethod.winograd.tolerance)
    }
  }

  /// A tile divides the columns, and fits in the registers together with a row of the other operand
  /// and a broadcast.
  @Test func tilesFit() throws {
    let device = try testContext().device
    for columns in [1, 3, 16, 48, 784] {
      let tiles = RegisterTile.variants(columns: columns, on: device)
      #expect(Set(tiles.map(\.description)).count == tiles.count)
      for tile in tiles {
        #expect(columns % (tile.lanes * tile.vectors) == 0)
        #expect((tile.rows + 1) * tile.vectors < (device.floatLanes >= 16 ? 32 : 16))
      }
    }
  }
}
