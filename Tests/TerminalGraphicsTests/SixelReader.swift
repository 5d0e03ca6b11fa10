import Images

/// Reads sixels by DEC's VT340 Programmer Reference Manual, chapter 14.
struct SixelReader {
  /// The pixels by rows; nil for one that was not drawn.
  private(set) var pixels: [[[Int]?]] = []
  private(set) var colours: [Int: [Int]] = [:]

  /// Reads a device control string; nil if it is not one of sixels.
  init?(_ text: String) {
    guard text.hasPrefix("\u{1B}P"), text.hasSuffix("\u{1B}\\"),
      let start = text.firstIndex(of: "q")
    else { return nil }
    var data = text[text.index(after: start)...].dropLast(2)
    var (x, band, colour) = (0, 0, 0)
    while let sign = data.popFirst() {
      switch sign {
      case "\"":
        let numbers = Self.numbers(&data)
        guard numbers.count == 4, numbers[0] == numbers[1] else { return nil }
        pixels = Array(repeating: Array(repeating: nil, count: numbers[2]), count: numbers[3])
      case "#":
        let numbers = Self.numbers(&data)
        colour = numbers[0]
        if numbers.count == 5, numbers[1] == 2 { colours[colour] = Array(numbers[2...]) }
      case "!":
        let count = Self.numbers(&data)[0]
        guard let repeated = data.popFirst() else { return nil }
        for _ in 0..<count { draw(repeated, x: &x, band: band, colour) }
      case "$": x = 0
      case "-": (x, band) = (0, band + 1)
      default: draw(sign, x: &x, band: band, colour)
      }
    }
  }

  private static func numbers(_ data: inout Substring) -> [Int] {
    let text = data.prefix { $0.isNumber || $0 == ";" }
    data = data.dropFirst(text.count)
    return text.split(separator: ";").compactMap { Int($0) }
  }

  private mutating func draw(_ sign: Character, x: inout Int, band: Int, _ colour: Int) {
    let bits = Int(sign.asciiValue ?? 63) - 63
    for row in 0..<6 where bits >> row & 1 == 1 { pixels[band * 6 + row][x] = colours[colour] }
    x += 1
  }
}
