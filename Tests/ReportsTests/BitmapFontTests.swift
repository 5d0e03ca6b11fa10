import Images
import Testing

@testable import Reports

struct BitmapFontTests {
  let known =
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz.,:;-+=/%()_?"

  func rows(of character: Character) -> [String] {
    (0..<7).map { y in
      String((0..<5).map { BitmapFont.hasInk(character, x: $0, y: y) ? "#" : "." })
    }
  }

  @Test func glyphsAreDistinct() {
    let glyphs = known.map(rows) + [rows(of: " "), rows(of: "µ")]
    #expect(Set(glyphs).count == known.count + 2)
    #expect(rows(of: " ").allSatisfy { $0 == "....." })
    #expect(rows(of: "µ").allSatisfy { $0 == "#####" })
  }

  @Test func aGlyph() {
    #expect(
      rows(of: "E") == ["#####", "#....", "#....", "####.", "#....", "#....", "#####"])
  }

  @Test func widths() {
    #expect(BitmapFont.width(of: "", scale: 3) == 0)
    #expect(BitmapFont.width(of: "a", scale: 3) == 15)
    #expect(BitmapFont.width(of: "ab", scale: 2) == 22)
  }

  @Test func textIsDrawnInPlace() {
    var canvas = Picture(shape: ImageShape(height: 20, width: 30, channels: 1), shade: 0)
    canvas.draw("-1", x: 2, y: 3, scale: 2, shade: 200)
    // The dash is the fourth row of the first glyph: 10 x 2 pixels from (2, 9).
    for y in 0..<20 {
      for x in 0..<13 {
        let isDash = (2..<12).contains(x) && (9..<11).contains(y)
        #expect(canvas[x, y] == (isDash ? 200 : 0))
      }
    }
    // The top of the 1 is in the third column of the second glyph.
    #expect(canvas[14 + 4, 3] == 200)
    #expect(canvas[14 + 6, 3] == 0)
  }
}
