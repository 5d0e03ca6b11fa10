import Images
import Testing

@testable import Reports

struct ImageSheetTests {
  func tile(_ shade: UInt8, side: Int = 2) -> Picture {
    Picture(shape: ImageShape(height: side, width: side, channels: 1), shade: shade)
  }

  @Test func gridByHand() {
    let sheet = ImageSheet(zoom: 1, margin: 1, background: 9)
    let picture = sheet.render([tile(1), tile(2), tile(3)], columns: 2)
    #expect(picture.width == 7)
    #expect(picture.height == 7)
    #expect(
      picture.pixels == [
        9, 9, 9, 9, 9, 9, 9,
        9, 1, 1, 9, 2, 2, 9,
        9, 1, 1, 9, 2, 2, 9,
        9, 9, 9, 9, 9, 9, 9,
        9, 3, 3, 9, 9, 9, 9,
        9, 3, 3, 9, 9, 9, 9,
        9, 9, 9, 9, 9, 9, 9,
      ])
  }

  @Test(arguments: [(1, 1, 1), (2, 2, 1), (5, 3, 2), (10, 4, 3), (25, 5, 5), (26, 6, 5)])
  func nearlySquare(count: Int, columns: Int, rows: Int) {
    let picture = ImageSheet(zoom: 2, margin: 4).render(
      [Picture](repeating: tile(1, side: 28), count: count))
    #expect(picture.width == 4 + columns * (56 + 4))
    #expect(picture.height == 4 + rows * (56 + 4))
  }

  @Test func zoomRepeatsPixels() throws {
    let image = try Picture(
      shape: ImageShape(height: 1, width: 2, channels: 1), pixels: [1, 2])
    let picture = ImageSheet(zoom: 2, margin: 0).render([image])
    #expect(picture.width == 4)
    #expect(picture.pixels == [1, 1, 2, 2, 1, 1, 2, 2])
  }

  @Test func aColourPictureMakesASheetInColour() throws {
    let image = try Picture(
      shape: ImageShape(height: 1, width: 1, channels: 3), pixels: [1, 2, 3])
    let picture = ImageSheet(zoom: 1, margin: 1, background: 9).render([image, tile(5, side: 1)])
    #expect(picture.shape == ImageShape(height: 3, width: 5, channels: 3))
    let margin = [UInt8](repeating: 9, count: 15)
    #expect(
      picture.pixels == margin + [9, 9, 9, 1, 2, 3, 9, 9, 9, 5, 5, 5, 9, 9, 9] + margin)
  }

  @Test func reconstructionsAreBelowTheirOriginals() {
    let panel = ImageSheet.Panel.reconstructions(
      originals: [tile(1), tile(2), tile(3)], reconstructions: [tile(11), tile(12), tile(13)],
      columns: 2)
    #expect(panel.images.map { $0?.pixels.first } == [1, 2, 11, 12, 3, nil, 13, nil])
    // Two additional margins follow each pair of rows.
    let picture = ImageSheet(zoom: 1, margin: 1, background: 0).render([panel])
    #expect(
      (0..<picture.height).map { picture[1, $0] } == [
        0, 1, 1, 0, 11, 11, 0, 0, 0, 3, 3, 0, 13, 13, 0,
      ])
  }

  @Test func panelsAreSideBySide() {
    let sheet = ImageSheet(zoom: 1, margin: 2, background: 255, ink: 0)
    let left = ImageSheet.Panel([tile(1, side: 20)], caption: "I")
    let right = ImageSheet.Panel([tile(2, side: 20), tile(3, side: 20)], columns: 2)
    let picture = sheet.render([left, right])
    #expect(picture.width == 2 + 22 + 6 + 44)
    let top = 2 + CaptionFont.height + 2
    #expect(picture.height == top + 22)
    #expect(picture[2, top] == 1)
    #expect(picture[2 + 22 + 6, top] == 2)
    #expect(picture[2 + 22 + 6 + 22, top] == 3)
    // The stem of the I, which may lie between two columns of pixels.
    #expect((2..<8).contains { x in (8..<14).allSatisfy { picture[x, $0] ?? 255 < 160 } })
    #expect((0..<top).allSatisfy { picture[30, $0] == 255 })
  }

  @Test func aWideCaptionWidensItsPanel() {
    let sheet = ImageSheet(zoom: 1, margin: 1)
    let panel = ImageSheet.Panel([tile(1)], caption: "epoch 100")
    let picture = sheet.render([panel])
    #expect(picture.width == 1 + CaptionFont.width(of: "epoch 100") + 1)
  }

  @Test func aSheetLosesItsZoom() throws {
    let layout = ImageSheet(zoom: 2, margin: 4)
    let tiles = (0..<5).map { tile(UInt8($0), side: 6) }
    let plain = ImageSheet(zoom: 1, margin: 2).render(tiles, columns: 3)
    let unzoomed = try #require(layout.unzoomed(layout.render(tiles, columns: 3)))
    #expect(unzoomed.sheet == plain)
    #expect(unzoomed.layout.zoom == 1 && unzoomed.layout.margin == 2)
    // Sheets of another zoom.
    #expect(layout.unzoomed(ImageSheet(zoom: 3, margin: 3).render(tiles, columns: 3)) == nil)
    let odd = ImageSheet(zoom: 1, margin: 1).render(tiles, columns: 2)
    #expect(layout.unzoomed(odd) == nil)
    // The names of rows are not zoomed, and get smaller.
    let pictures = (0..<5).map { tile(UInt8($0), side: 28) }
    let named = layout.render([ImageSheet.Panel(pictures, columns: 5, rowNames: ["seven"])])
    let smaller = try #require(layout.unzoomed(named))
    #expect(smaller.sheet.width * 2 == named.width)
    let unnamed = smaller.layout.corner(
      of: smaller.sheet, holding: pictures[0].shape, columns: 4, rows: 1)
    #expect(unnamed == smaller.layout.render(Array(pictures.dropFirst()), columns: 4))
  }

  @Test func aCornerHasWholePictures() {
    let layout = ImageSheet(zoom: 1, margin: 2)
    let (shape, names) = (ImageShape(height: 6, width: 6, channels: 1), ["one", "two"])
    let tiles = (0..<6).map { tile(UInt8($0), side: 6) }
    let sheet = layout.render([ImageSheet.Panel(tiles, columns: 3, rowNames: names)])
    let corner = layout.corner(of: sheet, holding: shape, columns: 2, rows: 1)
    #expect(corner == layout.render([tiles[1], tiles[2]], columns: 2))
    #expect(layout.corner(of: sheet, holding: shape, columns: 9, rows: 9) == sheet)
  }

  @Test func degenerateLayouts() {
    #expect(ImageSheet(zoom: 0, margin: -3).zoom == 1)
    #expect(ImageSheet(zoom: 0, margin: -3).margin == 0)
    #expect(ImageSheet.Panel([], columns: 0).columns == 1)
    #expect(ImageSheet(margin: 3).render([Picture]()).height == 3)
    #expect(ImageSheet(margin: 3).render([ImageSheet.Panel]()).width == 3)
  }
}
