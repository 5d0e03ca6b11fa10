/// The chunks of a PNG file, in order, up to the first one that is cut off.
struct PNGChunks: Sequence, IteratorProtocol {
  /// A part of the file: the length of its content, its kind, the content and a checksum.
  struct Chunk {
    /// Four letters, such as `IHDR`.
    let kind: String
    let content: ArraySlice<UInt8>
    /// The whole chunk.
    let bytes: ArraySlice<UInt8>
  }

  private let bytes: [UInt8]
  private var start = PictureFormat.png.signature.count

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  mutating func next() -> Chunk? {
    guard bytes.count - start >= 12 else { return nil }
    let length = bytes[start..<start + 4].bigEndian
    guard length <= bytes.count - start - 12 else { return nil }
    let chunk = bytes[start..<start + 12 + length]
    start = chunk.endIndex
    return Chunk(
      kind: String(decoding: chunk.dropFirst(4).prefix(4), as: UTF8.self),
      content: chunk.dropFirst(8).dropLast(4), bytes: chunk)
  }

  /// Reads what the chunks say about the picture.
  ///
  /// - Throws: `ImageError.decoding` if the first is not a header.
  func header() throws(ImageError) -> PictureHeader {
    var chunks = self
    guard let first = chunks.next() else { throw .decoding("the PNG picture is cut off") }
    guard first.kind == "IHDR", first.content.count == 13 else {
      throw .decoding("the PNG picture is damaged (it has no header)")
    }
    let content = Array(first.content)
    let (width, height) = (content[0..<4].bigEndian, content[4..<8].bigEndian)
    let (depth, kind) = (Int(content[8]), content[9])
    let (isPalette, isColoured, storesAlpha) = (kind & 1 != 0, kind & 2 != 0, kind & 4 != 0)

    // NOTE: tRNS counts only before the pixels. eXIf may be after them too.
    var (hasAlpha, reachesPixels, orientation) = (storesAlpha, false, Orientation.upright)
    for chunk in chunks {
      switch chunk.kind {
      case "IDAT": reachesPixels = true
      case "tRNS" where !reachesPixels: hasAlpha = true
      case "eXIf": orientation = Orientation(exif: chunk.content)
      default: break
      }
    }
    let channels = isColoured ? 3 : 1
    let samples = isPalette ? 1 : channels + (storesAlpha ? 1 : 0)
    // Deflate makes at most 1032 bytes of one. A product that overflows is refused with its sides.
    let packed = (width &* samples &* depth + 7) / 8 &* height
    return PictureHeader(
      .png,
      stored: ImageShape(height: height, width: width, channels: channels + (hasAlpha ? 1 : 0)),
      channels: channels, hasAlpha: hasAlpha, orientation: orientation,
      leastFileBytes: packed / 1032)
  }
}

extension Collection<UInt8> {
  /// The big-endian number in these bytes.
  var bigEndian: Int { reduce(0) { $0 << 8 | Int($1) } }
}
