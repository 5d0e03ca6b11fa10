import Images
import Testing

@testable import Reports

struct PictureTextTests {
  @Test func widthsGrowWithTheText() {
    #expect(CaptionFont.width(of: "") == 0)
    let widths = ["i", "m", "mm", "mmm"].map(CaptionFont.width)
    #expect(widths == widths.sorted() && Set(widths).count == 4)
    #expect((14...22).contains(CaptionFont.height))
  }

  @Test func textIsDrawnInPlaceAndClipped() {
    let shape = ImageShape(height: 40, width: 60, channels: 1)
    var canvas = Picture(shape: shape, shade: 255)
    canvas.draw("—", x: 10, y: 5, shade: 0)
    let inked = (0..<40).filter { y in (0..<60).contains { canvas[$0, y] != 255 } }
    let columns = (0..<60).filter { x in (0..<40).contains { canvas[x, $0] != 255 } }
    // A dash is thin, wide, and in the middle of the line.
    #expect((1...3).contains(inked.count) && inked.allSatisfy { (10..<20).contains($0) })
    #expect(columns.count > 8 && columns.allSatisfy { (10..<30).contains($0) })
    var corner = Picture(shape: ImageShape(height: 6, width: 6, channels: 3), shade: 0)
    corner.draw("MM", x: -4, y: -4, shade: 255)
    #expect(corner.pixels.contains { $0 > 200 })
  }

  /// Letters of many alphabets; a letter that the font lacks is still visible.
  @Test func charactersAreDistinct() {
    let drawn = "aäΩжIl09%µ\u{5341}".map { CaptionFont.coverage(of: String($0)) }
    #expect(drawn.allSatisfy { $0.bytes.contains { $0 > 100 } })
    #expect(Set(drawn.map(\.bytes)).count == drawn.count)
  }
}
