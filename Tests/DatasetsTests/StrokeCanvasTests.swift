import Testing

@testable import Datasets

@Suite struct StrokeCanvasTests {
  static func draw(_ segment: Segment) -> [UInt8] {
    var pixels = [UInt8](repeating: 0, count: 784)
    pixels.withUnsafeMutableBufferPointer {
      StrokeCanvas(pixels: $0, softness: 1).draw(segment)
    }
    return pixels
  }

  @Test func aDotIsRound() {
    let pixels = Self.draw(
      Segment(start: [14, 14], end: [14, 14], startRadius: 3, endRadius: 3))
    #expect(pixels[14 * 28 + 14] == 255)
    #expect(pixels[14 * 28 + 18] == 0)
    // π·9 pixels of light.
    let light = pixels.reduce(0) { $0 + Double($1) } / 255
    #expect(abs(light - 28.3) < 0.6)
    for row in 0..<28 {
      for column in 0..<28 {
        #expect(pixels[row * 28 + column] == pixels[column * 28 + row])
        #expect(pixels[row * 28 + column] == pixels[(27 - row) * 28 + column])
      }
    }
  }

  @Test func drawingIsClippedToTheImage() {
    let line = Self.draw(
      Segment(start: [-1000, 14], end: [1000, 14], startRadius: 1, endRadius: 1))
    #expect((0..<28).allSatisfy { line[14 * 28 + $0] == 255 && line[20 * 28 + $0] == 0 })
    let outside = Self.draw(
      Segment(start: [-50, -50], end: [-40, 90], startRadius: 2, endRadius: 2))
    #expect(outside.allSatisfy { $0 == 0 })
  }
}
