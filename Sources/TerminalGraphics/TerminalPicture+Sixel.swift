import Images

extension TerminalPicture {
  /// Returns the escape sequence that draws the picture at the cursor as sixels, in an area of
  /// columns × rows cells; nil if either is empty. The format is that of DEC's VT340 Programmer
  /// Reference Manual, chapter 14.
  ///
  /// - Parameter colours: The colours that the terminal has at a time. The picture is dithered to
  ///   at most as many.
  package func sixel(columns: Int, rows: Int, cell: Cell, colours: Int = 256) -> String? {
    scaled(width: columns * cell.width, height: rows * cell.height)
      .map { SixelEncoder($0, colours: colours).text }
  }
}

/// Encodes a picture as sixels: bands of six rows, in each a line of columns for each colour.
private struct SixelEncoder {
  private let picture: Picture
  /// The levels of each channel; a product of them is the number of colours.
  private let levels: [Int]
  /// The index of each pixel's colour.
  private let indices: [Int]

  init(_ picture: Picture, colours: Int) {
    self.picture = picture
    levels = Self.levels(channels: picture.channels, colours: colours)
    indices = Self.indices(of: picture, levels: levels)
  }

  /// Divides the colours among the channels. Green gets the most levels, because eyes see it best.
  /// Sixels give levels in per cent, so a channel has at most 101.
  private static func levels(channels: Int, colours: Int) -> [Int] {
    if channels == 1 { return [min(101, max(2, colours))] }
    var levels = [2, 2, 2]
    while true {
      let raised = [1, 0, 2].first { channel in
        levels[channel] == levels.min()
          && levels.reduce(1, *) / levels[channel]
            * (levels[channel] + 1) <= colours
      }
      guard let raised else { return levels }
      levels[raised] += 1
    }
  }

  /// The order in which the pixels of 4 × 4 become brighter (Bayer's matrix).
  private static let thresholds = [0, 8, 2, 10, 12, 4, 14, 6, 3, 11, 1, 9, 15, 7, 13, 5]

  private static func indices(of picture: Picture, levels: [Int]) -> [Int] {
    var indices: [Int] = []
    indices.reserveCapacity(picture.width * picture.height)
    for y in 0..<picture.height {
      for x in 0..<picture.width {
        // In sixteenths; below 16, so that black and white stay what they are.
        let threshold = thresholds[y % 4 * 4 + x % 4]
        let start = (y * picture.width + x) * picture.channels
        var index = 0
        for (channel, count) in levels.enumerated() {
          let scaled = Int(picture.pixels[start + channel]) * (count - 1) * 16 / 255
          index = index * count + (scaled + threshold) / 16
        }
        indices.append(index)
      }
    }
    return indices
  }

  var text: String {
    var text = "\u{1B}P0;1;0q\"1;1;\(picture.width);\(picture.height)"
    for index in Set(indices).sorted() { text += definition(of: index) }
    for top in stride(from: 0, to: picture.height, by: 6) {
      text += (top > 0 ? "-" : "") + band(top)
    }
    return text + "\u{1B}\\"
  }

  /// Returns the definition of a colour in per cent of red, green and blue.
  private func definition(of index: Int) -> String {
    var (rest, parts) = (index, [Int]())
    for count in levels.reversed() {
      parts.insert((rest % count * 200 + count - 1) / (2 * (count - 1)), at: 0)
      rest /= count
    }
    if parts.count == 1 { parts = [parts[0], parts[0], parts[0]] }
    return "#\(index);2;\(parts[0]);\(parts[1]);\(parts[2])"
  }

  /// Returns the six rows from `top` on.
  private func band(_ top: Int) -> String {
    var lines: [Int: [UInt8]] = [:]
    let width = picture.width
    for row in 0..<min(6, picture.height - top) {
      for x in 0..<width {
        let index = indices[(top + row) * width + x]
        lines[index, default: Array(repeating: 0, count: width)][x] |= 1 << UInt8(row)
      }
    }
    return lines.sorted { $0.key < $1.key }.map { "#\($0.key)" + Self.runs($0.value) }
      .joined(separator: "$")
  }

  /// Returns columns of six bits as characters from `?` on; `!5~` is five equal ones. Empty columns
  /// at the end are left out.
  private static func runs(_ columns: [UInt8]) -> String {
    var (text, start) = ("", 0)
    while start < columns.count {
      let end = columns[start...].firstIndex { $0 != columns[start] } ?? columns.count
      if end == columns.count, columns[start] == 0 { break }
      let character = String(Unicode.Scalar(63 + columns[start]))
      let count = end - start
      text += count > 3 ? "!\(count)\(character)" : String(repeating: character, count: count)
      start = end
    }
    return text
  }
}
