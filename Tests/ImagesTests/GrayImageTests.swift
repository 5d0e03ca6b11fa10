import Testing

@testable import Images

struct GrayImageTests {
  @Test func sizesMustFit() throws {
    #expect(throws: ImageError.size(values: 5, width: 2, height: 3)) {
      try GrayImage(width: 2, height: 3, pixels: [1, 2, 3, 4, 5])
    }
    #expect(throws: ImageError.size(values: 1, width: -1, height: -1)) {
      try GrayImage(width: -1, height: -1, pixels: [1])
    }
    #expect(throws: ImageError.size(values: 0, width: .max, height: 2)) {
      try GrayImage(width: .max, height: 2, pixels: [])
    }
    #expect(throws: ImageError.size(values: 785, width: 28, height: 28)) {
      try GrayImage.tiles([UInt8](repeating: 0, count: 785))
    }
    #expect(throws: ImageError.size(values: 4, width: 0, height: 28)) {
      try GrayImage.tiles([UInt8](repeating: 0, count: 4), width: 0)
    }
  }

  @Test func tilesOfBytes() throws {
    let tiles = try GrayImage.tiles([1, 2, 3, 4] as [UInt8], width: 2, height: 1)
    #expect(tiles.map(\.pixels) == [[1, 2], [3, 4]])
    #expect(tiles.allSatisfy { $0.width == 2 && $0.height == 1 })
  }

  @Test func tilesOfNumbersAreScaledAndClipped() throws {
    let values: [Float] = [-1, 0, 1, 2, .nan, -.infinity, .infinity, 0.5]
    let unit = try GrayImage.tiles(values, width: 8, height: 1)
    #expect(unit.map(\.pixels) == [[0, 0, 255, 255, 0, 0, 255, 128]])
    let symmetric = try GrayImage.tiles(values, low: -1, width: 8, height: 1)
    #expect(symmetric.map(\.pixels) == [[0, 128, 255, 255, 0, 0, 255, 191]])
  }

  @Test func drawingIsClipped() throws {
    var canvas = GrayImage(width: 3, height: 2, shade: 9)
    let spot = try GrayImage(width: 1, height: 1, pixels: [5])
    canvas.draw(spot, x: 2, y: 1, zoom: 4)
    canvas.draw(spot, x: -1, y: -1, zoom: 2)
    canvas.draw(spot, x: 40, y: 40)
    canvas.draw(spot, x: -40, y: -40)
    #expect(canvas.pixels == [5, 9, 9, 9, 9, 5])
    #expect(canvas[2, 1] == 5)
    #expect(canvas[3, 1] == nil)
    #expect(canvas[0, -1] == nil)
  }
}
