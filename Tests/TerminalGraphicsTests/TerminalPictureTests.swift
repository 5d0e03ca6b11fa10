import Foundation
import Images
import Testing

@testable import TerminalGraphics

@Suite struct TerminalPictureTests {
  private let cell = TerminalPicture.Cell(width: 1, height: 1)

  private func picture(_ rows: [[UInt8]], channels: Int = 1) throws -> Picture {
    let shape = ImageShape(
      height: rows.count, width: rows[0].count / channels, channels: channels)
    return try Picture(shape: shape, pixels: rows.flatMap { $0 })
  }

  /// A picture of 60 × 50 pixels that does not compress.
  private func noise() throws -> Picture {
    var state: UInt64 = 1
    let bytes = (0..<60 * 50 * 3).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return UInt8(state >> 56)
    }
    return try Picture(shape: ImageShape(height: 50, width: 60, channels: 3), pixels: bytes)
  }

  // MARK: Sixels

  @Test func sixelsOfGreyAreThePixelsInPerCent() throws {
    let rows = (0..<9).map { y in (0..<7).map { (x: Int) in UInt8(x * 35 + y * 5) } }
    let text = try #require(
      TerminalPicture(try picture(rows)).sixel(columns: 7, rows: 9, cell: cell))
    let read = try #require(SixelReader(text))
    #expect(read.pixels.count == 9 && read.pixels[0].count == 7)
    for (y, row) in rows.enumerated() {
      for (x, byte) in row.enumerated() {
        let shown = try #require(read.pixels[y][x])
        #expect(Set(shown).count == 1)
        #expect(abs(Double(shown[0]) - Double(byte) / 2.55) <= 1)
      }
    }
  }

  @Test func pureColoursStayPureInAnyPalette() throws {
    let rows: [[UInt8]] = [
      [255, 0, 0, 0, 255, 0, 0, 0, 255], [255, 255, 255, 0, 0, 0, 255, 255, 0],
    ]
    for colours in [8, 16, 256] {
      let text = try #require(
        TerminalPicture(try picture(rows, channels: 3))
          .sixel(columns: 6, rows: 4, cell: cell, colours: colours))
      let read = try #require(SixelReader(text))
      // Twice as large, as 6 × 4 has room for it.
      #expect(read.pixels.map(\.count) == [6, 6, 6, 6])
      for (y, row) in read.pixels.enumerated() {
        for (x, shown) in row.enumerated() {
          let start = x / 2 * 3
          #expect(shown == rows[y / 2][start..<start + 3].map { $0 == 255 ? 100 : 0 })
        }
      }
    }
  }

  @Test func ditheringKeepsMeansAndTheNumberOfColours() throws {
    let flat = Picture(shape: ImageShape(height: 8, width: 8, channels: 3), shade: 100)
    let source = try noise()
    for colours in [16, 256] {
      let text = try #require(
        TerminalPicture(source).sixel(columns: 60, rows: 50, cell: cell, colours: colours))
      #expect(try #require(SixelReader(text)).colours.count <= colours)
      let even = try #require(
        TerminalPicture(flat).sixel(columns: 8, rows: 8, cell: cell, colours: colours))
      let shown = try #require(SixelReader(even)).pixels.joined().compactMap { $0?[0] }
      // 100 of 255 are 39.2 per cent; a step of the matrix is a sixteenth of a level.
      #expect(shown.count == 64)
      #expect(abs(Double(shown.reduce(0, +)) / 64 - 39.2) < 100.0 / 16)
    }
  }

  // MARK: Kitty's protocol

  @Test func kittyHasThePictureInChunks() throws {
    let source = try noise()
    let text = try #require(
      TerminalPicture(source).kitty(columns: 6, rows: 5, cell: .init(width: 20, height: 21), id: 7))
    let parts = text.components(separatedBy: "\u{1B}\\")
    #expect(parts.last == "" && parts.count > 3)
    var base64 = ""
    for (index, part) in parts.dropLast().enumerated() {
      #expect(part.hasPrefix("\u{1B}_G"))
      let fields = part.dropFirst(3).split(separator: ";", maxSplits: 1)
      let keys = fields[0].split(separator: ",").map(String.init)
      #expect(keys.contains(index == parts.count - 2 ? "m=0" : "m=1"))
      #expect(keys.contains("a=T") == (index == 0) && keys.contains("f=100") == (index == 0))
      #expect(fields[1].count <= 4096)
      #expect(index == parts.count - 2 || fields[1].count.isMultiple(of: 4))
      base64 += fields[1]
    }
    let png = try #require(Data(base64Encoded: base64))
    let shown = try Picture(decoding: Array(png))
    // 120 × 105 pixels have room for it twice.
    #expect(shown.width == 120 && shown.height == 100)
    for y in 0..<100 {
      for x in 0..<120 { #expect(shown[x, y, 1] == source[x / 2, y / 2, 1]) }
    }
  }

  // MARK: Characters

  @Test func halfBlocksHaveTwoPixelsEach() throws {
    let rows: [[UInt8]] = [
      [255, 0, 0, 255, 0, 0, 0, 0, 255], [0, 0, 0, 0, 0, 0, 8, 8, 8],
      [255, 255, 255, 0, 0, 0, 0, 0, 0],
    ]
    let shown = TerminalPicture(try picture(rows, channels: 3))
    #expect(
      shown.lines(columns: 3, rows: 2, style: TerminalStyle(colours: .all, hasUnicode: true)) == [
        "\u{1B}[38;2;255;0;0;48;2;0;0;0m▀▀\u{1B}[38;2;0;0;255;48;2;8;8;8m▀\u{1B}[0m",
        "\u{1B}[38;2;255;255;255;49m▀\u{1B}[38;2;0;0;0;49m▀▀\u{1B}[0m",
      ])
    #expect(
      shown.lines(columns: 3, rows: 2, style: TerminalStyle(colours: .palette, hasUnicode: true))
        == [
          "\u{1B}[38;5;196;48;5;16m▀▀\u{1B}[38;5;21;48;5;232m▀\u{1B}[0m",
          "\u{1B}[38;5;231;49m▀\u{1B}[38;5;16;49m▀▀\u{1B}[0m",
        ])
    // The luma of red is 76, that of blue 29, and the means of both rows are 38 and 18.
    #expect(shown.lines(columns: 3, rows: 2, style: .plain) == [".. ", "@  "])
  }

  @Test func largePicturesAreScaledDown() throws {
    let wide = TerminalPicture(
      Picture(shape: ImageShape(height: 100, width: 400, channels: 1), shade: 255))
    let lines = wide.lines(columns: 40, rows: 20, style: .plain)
    #expect(lines == Array(repeating: String(repeating: "@", count: 40), count: 5))
    #expect(wide.lines(columns: 40, rows: 2, style: .plain).map(\.count) == [16, 16])
    #expect(wide.lines(columns: 0, rows: 2, style: .plain).isEmpty)
    let none = TerminalPicture(
      Picture(shape: ImageShape(height: 0, width: 4, channels: 1), shade: 0))
    #expect(none.sixel(columns: 9, rows: 9, cell: cell) == nil)
  }

  /// The values are those of xterm's 256colres.h.
  @Test(
    arguments: [
      (255, 0, 0, 196), (95, 135, 175, 67), (0, 0, 0, 16), (255, 255, 255, 231), (8, 8, 8, 232),
      (118, 118, 118, 243), (238, 238, 238, 255), (215, 95, 255, 171),
    ] as [(UInt8, UInt8, UInt8, Int)])
  func indexOfThePalette(_ red: UInt8, _ green: UInt8, _ blue: UInt8, _ index: Int) {
    #expect(Colour(red: red, green: green, blue: blue).paletteIndex == index)
  }
}
