/// The segments of a JPEG file, in order, to the marker of its end.
struct JPEGSegments: Sequence, IteratorProtocol {
  /// A marker with its content; both the start of a scan and the end are markers.
  struct Segment {
    let marker: UInt8
    let content: ArraySlice<UInt8>
  }

  /// The marker of the end of the picture, EOI.
  static let end: UInt8 = 0xD9
  /// The marker before the pixels, SOS.
  private static let scan: UInt8 = 0xDA
  /// The marker of EXIF data and others, APP1.
  private static let application1: UInt8 = 0xE1
  /// The markers of a frame's header, SOF0 to SOF15.
  private static let frames = Set<UInt8>(0xC0...0xCF).subtracting([0xC4, 0xC8, 0xCC])

  private let bytes: [UInt8]
  private var position = 2

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// Whether the end of the picture is there.
  var areWhole: Bool { contains { $0.marker == Self.end } }

  mutating func next() -> Segment? {
    while let start = bytes[position...].firstIndex(of: 0xFF),
      let place = bytes[start...].firstIndex(where: { $0 != 0xFF })
    {
      position = place + 1
      let marker = bytes[place]
      switch marker {
      // A byte of the pixels that is 0xFF, and markers without content.
      case 0x00, 0x01, 0xD0...0xD8: continue
      case Self.end:
        position = bytes.count
        return Segment(marker: marker, content: [])
      default:
        let length = bytes[position...].prefix(2).bigEndian
        guard length >= 2, length <= bytes.count - position else { return nil }
        let content = bytes[position + 2..<position + length]
        position += length
        return Segment(marker: marker, content: content)
      }
    }
    return nil
  }

  /// Reads what the segments before the pixels say about the picture.
  ///
  /// - Throws: `ImageError.decoding` if the file does not reach the pixels, or its header is not
  ///   possible.
  func header() throws(ImageError) -> PictureHeader {
    var frame: ArraySlice<UInt8>?
    var orientation: Orientation?
    for segment in self {
      switch segment.marker {
      case Self.application1 where segment.content.starts(with: Array("Exif\0\0".utf8)):
        orientation = orientation ?? Orientation(exif: segment.content.dropFirst(6))
      case Self.scan, Self.end:
        return try Self.header(frame ?? [], orientation ?? .upright)
      case let marker where Self.frames.contains(marker):
        frame = frame ?? segment.content
      default: break
      }
    }
    throw .decoding("the JPEG picture is cut off")
  }

  /// Reads a frame's header: a byte for the bits, two for the height, two for the width, and one
  /// for the channels.
  private static func header(
    _ frame: ArraySlice<UInt8>, _ orientation: Orientation
  ) throws(ImageError) -> PictureHeader {
    let bytes = Array(frame)
    guard bytes.count >= 6 else {
      throw .decoding("the JPEG picture is damaged (it has no header)")
    }
    let (height, width) = (bytes[1..<3].bigEndian, bytes[3..<5].bigEndian)
    let channels = Int(bytes[5])
    guard [1, 3, 4].contains(channels) else {
      throw .decoding("the JPEG picture has \(channels) channels; 1, 3 and 4 are possible")
    }
    // A block of 8×8 pixels takes at least one bit.
    return PictureHeader(
      .jpeg, stored: ImageShape(height: height, width: width, channels: channels),
      channels: channels == 1 ? 1 : 3, hasAlpha: false, orientation: orientation,
      leastFileBytes: width * height / 512)
  }
}
