import CZlib

/// A grey PNG file, written without libpng so that a test controls every number in it.
public struct GrayPNG {
  /// The number of columns.
  public var width: Int
  /// The stored numbers, row by row, each below 2^depth.
  public var values: [Int]
  /// The bits per number: 1, 2, 4, 8 or 16.
  public var depth = 8
  /// Whether the rows are stored in Adam7's seven passes.
  public var isInterlaced = false
  /// The chunks between the header and the pixels.
  public var chunks: [(kind: String, content: [UInt8])] = []

  /// Makes a picture of 8 bits without other chunks.
  public init(width: Int, values: [Int]) {
    self.width = width
    self.values = values
  }

  /// The bytes of the file.
  public var bytes: [UInt8] {
    let height = values.count / width
    let head = Self.bigEndian(width) + Self.bigEndian(height)
    let kind = [UInt8(depth), 0, 0, 0, isInterlaced ? 1 : 0]
    return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
      + Self.chunk("IHDR", head + kind) + chunks.flatMap(Self.chunk)
      + Self.chunk("IDAT", Self.compressed(passes.flatMap { rows($0, height: height) }))
      + Self.chunk("IEND", [])
  }

  /// The start and the steps of each pass: (x, y, step in x, step in y).
  private var passes: [(Int, Int, Int, Int)] {
    isInterlaced
      ? [
        (0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2),
        (0, 1, 1, 2),
      ] : [(0, 0, 1, 1)]
  }

  /// Returns a pass's rows, each preceded by the filter 0; empty if the pass has no pixels.
  private func rows(_ pass: (Int, Int, Int, Int), height: Int) -> [UInt8] {
    let (x, y, stepX, stepY) = pass
    guard x < width else { return [] }
    var packed: [UInt8] = []
    for row in stride(from: y, to: height, by: stepY) {
      packed.append(0)
      var (bits, count) = (0, 0)
      for column in stride(from: x, to: width, by: stepX) {
        (bits, count) = (bits << depth | values[row * width + column], count + depth)
        while count >= 8 {
          count -= 8
          packed.append(UInt8(bits >> count & 255))
        }
        bits &= 255
      }
      if count > 0 { packed.append(UInt8(bits << (8 - count) & 255)) }
    }
    return packed
  }

  private static func chunk(_ kind: String, _ content: [UInt8]) -> [UInt8] {
    let summed = Array(kind.utf8) + content
    return bigEndian(content.count) + summed + bigEndian(Int(crc32(0, summed, uInt(summed.count))))
  }

  private static func bigEndian(_ number: Int) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: number >> (24 - 8 * $0)) }
  }

  private static func compressed(_ bytes: [UInt8]) -> [UInt8] {
    var size = compressBound(uLong(bytes.count))
    var packed = [UInt8](repeating: 0, count: Int(size))
    precondition(compress(&packed, &size, bytes, uLong(bytes.count)) == Z_OK)
    return Array(packed.prefix(Int(size)))
  }
}
