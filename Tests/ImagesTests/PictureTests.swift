import Testing

@testable import Images

struct PictureTests {
  private static func grey(_ height: Int, _ width: Int) -> ImageShape {
    ImageShape(height: height, width: width, channels: 1)
  }
  private static func colour(_ height: Int, _ width: Int) -> ImageShape {
    ImageShape(height: height, width: width, channels: 3)
  }

  @Test(
    arguments: [
      (5, grey(3, 2)), (6, colour(3, 2)), (1, grey(-1, -1)), (0, grey(2, .max)),
      (0, colour(1, .max)), (12, ImageShape(height: 3, width: 2, channels: 2)),
    ])
  func sizesMustFit(count: Int, shape: ImageShape) {
    #expect(throws: ImageError.size(values: count, shape: shape)) {
      try Picture(shape: shape, pixels: [UInt8](repeating: 0, count: count))
    }
  }

  @Test(arguments: [(785, .mnist), (784, colour(28, 28)), (4, grey(28, 0))])
  func tilesMustBeWhole(count: Int, shape: ImageShape) {
    #expect(throws: ImageError.size(values: count, shape: shape)) {
      try Picture.tiles([UInt8](repeating: 0, count: count), shape: shape)
    }
  }

  @Test func aSizeBelowZeroCountsAsZero() {
    let picture = Picture(shape: Self.colour(-1, 5), shade: 3)
    #expect(picture.shape == Self.colour(0, 5))
    #expect(picture.pixels == [])
  }

  @Test func tilesOfBytes() throws {
    let tiles = try Picture.tiles([1, 2, 3, 4] as [UInt8], shape: Self.grey(1, 2))
    #expect(tiles.map(\.pixels) == [[1, 2], [3, 4]])
    #expect(tiles.allSatisfy { $0.width == 2 && $0.height == 1 && $0.channels == 1 })
    let colours = try Picture.tiles(Array(1...12), shape: Self.colour(2, 1))
    #expect(colours.map(\.pixels) == [Array(1...6), Array(7...12)])
    #expect(colours[1][0, 1, 2] == 12)
  }

  @Test func tilesOfNumbersAreScaledAndClipped() throws {
    let values: [Float] = [-1, 0, 1, 2, .nan, -.infinity, .infinity, 0.5]
    let unit = try Picture.tiles(values, shape: Self.grey(1, 8))
    #expect(unit.map(\.pixels) == [[0, 0, 255, 255, 0, 0, 255, 128]])
    let symmetric = try Picture.tiles(values, low: -1, shape: Self.grey(1, 8))
    #expect(symmetric.map(\.pixels) == [[0, 128, 255, 255, 0, 0, 255, 191]])
  }

  @Test func drawingIsClipped() throws {
    var canvas = Picture(shape: Self.grey(2, 3), shade: 9)
    let spot = try Picture(shape: Self.grey(1, 1), pixels: [5])
    canvas.draw(spot, x: 2, y: 1, zoom: 4)
    canvas.draw(spot, x: -1, y: -1, zoom: 2)
    canvas.draw(spot, x: 40, y: 40)
    canvas.draw(spot, x: -40, y: -40)
    #expect(canvas.pixels == [5, 9, 9, 9, 9, 5])
    #expect(canvas[2, 1] == 5)
    #expect(canvas[3, 1] == nil)
    #expect(canvas[0, -1] == nil)
    #expect(canvas[0, 0, 1] == nil)
  }

  @Test func whatIsDrawnTakesTheChannelsOfThePicture() throws {
    let red = try Picture(shape: Self.colour(1, 1), pixels: [255, 0, 0])
    let grey = try Picture(shape: Self.grey(1, 1), pixels: [5])
    var inColour = Picture(shape: Self.colour(1, 3), shade: 9)
    inColour.draw(red, x: 0, y: 0)
    inColour.draw(grey, x: 1, y: 0)
    inColour.fill(x: 2, y: 0, width: 1, height: 1, shade: 7)
    #expect(inColour.pixels == [255, 0, 0, 5, 5, 5, 7, 7, 7])
    var inGrey = Picture(shape: Self.grey(1, 1), shade: 9)
    inGrey.draw(red, x: 0, y: 0)
    #expect(inGrey.pixels == [76])
  }

  /// The lumas are those of Pillow's convert("L").
  @Test func conversions() throws {
    let colours: [UInt8] = [
      255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255, 12, 200, 77, 1, 1, 2, 90, 3, 251,
    ]
    let picture = try Picture(shape: Self.colour(1, 7), pixels: colours)
    let grey = picture.converted(to: 1)
    #expect(grey.shape == Self.grey(1, 7))
    #expect(grey.pixels == [76, 150, 29, 255, 130, 1, 57])
    #expect(picture.converted(to: 3) == picture)
    let again = grey.converted(to: 3)
    #expect(again.shape == Self.colour(1, 7))
    #expect(again.pixels == grey.pixels.flatMap { [$0, $0, $0] })
    #expect(again.converted(to: 1) == grey)
  }

  @Test func inverted() throws {
    let picture = try Picture(shape: Self.colour(1, 1), pixels: [0, 7, 255])
    #expect(picture.inverted.pixels == [255, 248, 0])
    #expect(picture.inverted.inverted == picture)
  }
}
