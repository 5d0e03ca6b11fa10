import CZlib

/// PNG files that show several pictures one after the other, again and again (APNG). Programs that
/// do not know such files show the first picture.
public enum AnimatedPNG {
  /// A picture of an animation.
  public struct Frame: Sendable {
    /// The picture as a PNG file.
    public var png: [UInt8]
    /// How long it is shown.
    public var milliseconds: UInt16

    /// Makes a frame.
    public init(png: [UInt8], milliseconds: UInt16) {
      self.png = png
      self.milliseconds = milliseconds
    }
  }

  /// Makes an animation. The frames' packed pixels are copied as they are.
  ///
  /// - Throws: `ImageError.encoding` without frames, or if they differ in size, bits or colours;
  ///   `ImageError.decoding` if one is not a PNG file or has no pixels.
  public static func encode(_ frames: [Frame]) throws(ImageError) -> [UInt8] {
    guard let first = frames.first else { throw .encoding("an animation needs a frame") }
    let header = try headerChunk(of: first.png)
    var file = PictureFormat.png.signature + header
    file += chunk("acTL", UInt32(frames.count).bytes + UInt32(0).bytes)
    var sequence: UInt32 = 0
    for (index, frame) in frames.enumerated() {
      guard try headerChunk(of: frame.png) == header else {
        throw .encoding("the frames of an animation differ in size, bits or colours")
      }
      file += control(of: frame, header: header, &sequence)
      let parts = PNGChunks(frame.png).filter { $0.kind == "IDAT" }
      guard !parts.isEmpty else { throw .decoding("the PNG picture has no pixels") }
      for part in parts where index == 0 { file += part.bytes }
      for part in parts where index > 0 {
        file += chunk("fdAT", sequence.bytes + part.content)
        sequence += 1
      }
    }
    return file + chunk("IEND", [])
  }

  /// Returns the first chunk of a PNG file: its size, bits and colours.
  private static func headerChunk(of png: [UInt8]) throws(ImageError) -> [UInt8] {
    var chunks = PNGChunks(png)
    guard PictureFormat(of: png) == .png, let chunk = chunks.next(), chunk.kind == "IHDR",
      chunk.content.count == 13
    else { throw .decoding("this is not a PNG picture") }
    return Array(chunk.bytes)
  }

  /// Returns the chunk before a frame: it replaces the whole picture for a time.
  private static func control(
    of frame: Frame, header: [UInt8], _ sequence: inout UInt32
  ) -> [UInt8] {
    let size = header[8..<16]
    let offset = UInt32(0).bytes + UInt32(0).bytes
    let delay = frame.milliseconds.bytes + UInt16(1000).bytes
    defer { sequence += 1 }
    return chunk("fcTL", sequence.bytes + size + offset + delay + [0, 0])
  }

  /// Returns a chunk of a PNG file.
  private static func chunk(_ kind: String, _ content: [UInt8]) -> [UInt8] {
    let checked = Array(kind.utf8) + content
    let sum = checked.withUnsafeBufferPointer { crc32_z(0, $0.baseAddress, $0.count) }
    return UInt32(content.count).bytes + checked + UInt32(sum).bytes
  }
}

extension FixedWidthInteger {
  /// The bytes of this number, the highest first.
  fileprivate var bytes: [UInt8] { withUnsafeBytes(of: bigEndian) { Array($0) } }
}
