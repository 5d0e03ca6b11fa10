import CFont
import Images

/// The font of captions in pictures.
enum CaptionFont {
  /// The font's size in pixels.
  static let size: Float = 15

  /// The height of a line of text in pixels.
  static let height: Int = {
    let lines = font_measure(size)
    return Int(lines.ascent + lines.descent)
  }()

  /// Returns the width of a line of text in pixels.
  static func width(of text: String) -> Int {
    let scalars = text.unicodeScalars.map(\.value)
    return Int(font_draw(scalars, Int32(scalars.count), size, nil, 0, 0))
  }

  /// Returns how much of each pixel a line of text covers, 255 for all of it: (height, width)
  /// bytes.
  static func coverage(of text: String) -> (bytes: [UInt8], width: Int) {
    let scalars = text.unicodeScalars.map(\.value)
    let width = width(of: text)
    var bytes = [UInt8](repeating: 0, count: width * height)
    _ = font_draw(scalars, Int32(scalars.count), size, &bytes, Int32(width), Int32(height))
    return (bytes, width)
  }
}

extension Picture {
  /// Writes a line of text with its upper left corner at (x, y), clipped to the picture. The height
  /// of a line is 18 pixels; a character that the font lacks is an empty box.
  public mutating func draw(_ text: String, x: Int, y: Int, shade: UInt8) {
    let (coverage, width) = CaptionFont.coverage(of: text)
    for (index, covered) in coverage.enumerated() where covered > 0 {
      let (x, y) = (x + index % width, y + index / width)
      guard let below = self[x, y] else { continue }
      let mixed = (Int(below) * (255 - Int(covered)) + Int(shade) * Int(covered) + 127) / 255
      fill(x: x, y: y, width: 1, height: 1, shade: UInt8(mixed))
    }
  }
}
