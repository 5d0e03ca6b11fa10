/// How a stored picture is turned and mirrored to be shown: EXIF's orientation.
struct Orientation: Sendable, Equatable {
  /// EXIF's number, 1...8.
  private var number: Int

  /// The picture is shown as it is stored.
  static let upright = Orientation(number: 1)

  private init(number: Int) { self.number = number }

  /// Reads the orientation from EXIF data, which are a TIFF file; upright if they have none or are
  /// damaged.
  init(exif: ArraySlice<UInt8>) {
    self = .upright
    let isLittleEndian = exif.starts(with: Array("II".utf8))
    /// Returns the number in `count` bytes; nil outside the data.
    func read(at offset: Int, _ count: Int) -> Int? {
      let bytes = exif.dropFirst(offset).prefix(count)
      guard bytes.count == count else { return nil }
      return isLittleEndian ? bytes.reversed().bigEndian : bytes.bigEndian
    }
    guard isLittleEndian || exif.starts(with: Array("MM".utf8)), read(at: 2, 2) == 42,
      let directory = read(at: 4, 4), let entries = read(at: directory, 2)
    else { return }
    // An entry is a tag, a type, of which 3 stands for 16 bits, a count and a value.
    for entry in 0..<entries {
      let start = directory + 2 + 12 * entry
      guard let tag = read(at: start, 2) else { return }
      if tag == 0x112, read(at: start + 2, 2) == 3, let value = read(at: start + 8, 2),
        (1...8).contains(value)
      {
        number = value
        return
      }
    }
  }

  /// Whether rows become columns.
  private var swapsSides: Bool { number >= 5 }
  /// Whether the first shown pixel comes from the right.
  private var startsRight: Bool { [2, 3, 7, 8].contains(number) }
  /// Whether the first shown pixel comes from the bottom.
  private var startsBelow: Bool { [3, 4, 6, 7].contains(number) }

  /// Returns the shape that a stored picture is shown in.
  func shape(_ stored: ImageShape) -> ImageShape {
    guard swapsSides else { return stored }
    return ImageShape(height: stored.width, width: stored.height, channels: stored.channels)
  }

  /// Returns where the first shown pixel is stored, and the distances to the pixel that is shown at
  /// its right and below it, in pixels.
  func path(_ stored: ImageShape) -> (start: Int, right: Int, below: Int) {
    let start =
      (startsRight ? stored.width - 1 : 0) + (startsBelow ? (stored.height - 1) * stored.width : 0)
    let (along, across) = (startsRight ? -1 : 1, startsBelow ? -stored.width : stored.width)
    return swapsSides ? (start, across, along) : (start, along, across)
  }
}

extension Picture {
  /// Returns the picture as it is shown by an orientation.
  func turned(_ orientation: Orientation) -> Picture {
    guard orientation != .upright else { return self }
    let (shape, path) = (orientation.shape(shape), orientation.path(shape))
    return pixels.withUnsafeBufferPointer { source in
      Picture(shape: shape) { target in
        var place = 0
        for row in 0..<shape.height {
          for column in 0..<shape.width {
            let pixel = path.start + row * path.below + column * path.right
            for channel in 0..<shape.channels {
              target[place] = source[pixel * shape.channels + channel]
              place += 1
            }
          }
        }
      }
    }
  }
}
