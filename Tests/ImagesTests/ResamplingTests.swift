import Testing

@testable import Images

struct ResamplingTests {
  /// Up to a step if the picture is more than twice as high as wide: Pillow 13 scales the columns
  /// of such a picture first, and older versions the rows.
  @Test(arguments: (try? PillowPictures.all.get())?.resized ?? [])
  func theBytesMatchTorchvision(_ expected: PillowPictures.Resized) throws {
    let source = try Picture(decoding: PillowPictures.bytes(of: expected.name))
    let picture = source.fitted(height: expected.shape[0], width: expected.shape[1])
    #expect(picture.shape == ImageShape(expected.shape))
    let isHigh = source.height > 2 * source.width
    let steps = zip(picture.pixels, expected.pixels.bytes).map { abs(Int($0) - Int($1)) }
    #expect(steps.max() ?? 2 <= (isHigh ? 1 : 0))
  }

  @Test func aPictureOfTheSizeIsUnchanged() throws {
    let source = try Picture(decoding: PillowPictures.bytes(of: "resize-colour.png"))
    #expect(source.fitted(height: 23, width: 37) == source)
  }

  /// Half of 1, 3, 5 and 7 is rounded to an even number.
  @Test(arguments: [(2, 1, 0), (4, 1, 2), (6, 1, 2), (8, 1, 4), (6, 2, 2)])
  func theMiddleIsCutOut(width: Int, side: Int, start: UInt8) throws {
    let row = (0..<UInt8(width)).map { $0 }
    let source = try Picture(
      shape: ImageShape(height: side, width: width, channels: 1),
      pixels: Array(repeatElement(row, count: side).joined()))
    let middle = start..<start + UInt8(side)
    #expect(source.fitted(height: side, width: side).pixels.prefix(side) == Array(middle)[...])
  }

  @Test func onePixelFillsAnySize() throws {
    let shape = ImageShape(height: 1, width: 1, channels: 3)
    let pixel = try Picture(shape: shape, pixels: [1, 2, 250])
    #expect(pixel.fitted(height: 2, width: 3).pixels == (0..<6).flatMap { _ in [1, 2, 250] })
  }

  /// Only what is kept is computed: the whole would have a row of 16 million pixels.
  @Test func aLongRowIsFitted() {
    let row = Picture(shape: ImageShape(height: 1, width: 16_384, channels: 1), shade: 9)
    let square = ImageShape(height: 1024, width: 1024, channels: 1)
    #expect(row.fitted(height: 1024, width: 1024) == Picture(shape: square, shade: 9))
    #expect(row.fitted(height: 1, width: 1).pixels == [9])
  }

  @Test func emptyPictures() {
    let empty = Picture(shape: ImageShape(height: 0, width: 5, channels: 3), shade: 0)
    let square = ImageShape(height: 2, width: 2, channels: 3)
    #expect(empty.fitted(height: 2, width: 2) == Picture(shape: square, shade: 0))
    let none = Picture(shape: square, shade: 1).fitted(height: -1, width: 2)
    #expect(none.shape == ImageShape(height: 0, width: 2, channels: 3))
  }
}
