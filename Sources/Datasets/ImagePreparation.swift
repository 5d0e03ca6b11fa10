import Images

/// How the files of a data set become images of one shape.
///
/// ```swift
/// let photos = try Dataset(folder: "photos/", ImagePreparation(size: ImageSize(64), channels: 3))
/// ```
public struct ImagePreparation: Equatable, Sendable {
  /// The size that images are scaled and cropped to; nil for their own.
  public var size: ImageSize?
  /// The channels, 1 for grey or 3 for colour; nil for the images' own.
  public var channels: Int?
  /// Whether to invert images, so that dark becomes light.
  public var isInverted: Bool
  /// The colour that lies under transparent parts of pictures.
  public var background: Colour
  /// Whether pictures that cannot be read are left out.
  public var skipsDamaged: Bool
  /// The path of other images to validate with; nil for those that the data set has.
  public var validation: String?
  /// The seed that draws the images to hold out; nil to hold out the last tenth.
  public var splitSeed: UInt64?
  /// The shape that a model takes. Pictures get it unless `size` and `channels` say otherwise;
  /// images of other files must have it.
  package var wanted: ImageShape?

  /// The size for pictures of different sizes if nothing else sets one; nil to refuse them.
  package var sizeOfDifferent: ImageSize?

  /// Creates a preparation, which by default leaves images as they are.
  public init(
    size: ImageSize? = nil, channels: Int? = nil, isInverted: Bool = false,
    background: Colour = .white, skipsDamaged: Bool = false
  ) {
    self.size = size
    self.channels = channels
    self.isInverted = isInverted
    self.background = background
    self.skipsDamaged = skipsDamaged
  }

  /// Makes an image of a picture: converts its channels, scales it until it covers the shape, cuts
  /// off what is outside, and inverts it if that is asked for.
  func image(of picture: Picture, as shape: ImageShape) -> Picture {
    let image = picture.converted(to: shape.channels)
      .fitted(height: shape.height, width: shape.width)
    return isInverted ? image.inverted : image
  }

  /// Prepares images in memory.
  ///
  /// - Parameter place: Their file, for the error.
  /// - Throws: `DatasetError.unusable` if they do not get the shape that the model takes.
  func prepare(_ images: ImageSet, from place: String) throws -> ImageSet {
    let own = images.shape
    let shape = ImageShape(
      height: size?.height ?? own.height, width: size?.width ?? own.width,
      channels: channels ?? own.channels)
    try check(shape, of: place)
    guard shape != own || isInverted else { return images }
    var pixels: [UInt8] = []
    pixels.reserveCapacity(images.count * shape.elements)
    for start in stride(from: 0, to: images.pixels.count, by: own.elements) {
      let picture = try Picture(
        shape: own, pixels: Array(images.pixels[start..<start + own.elements]))
      pixels += image(of: picture, as: shape).pixels
    }
    return ImageSet(pixels: pixels, shape: shape, labels: images.labels)
  }

  /// Checks a shape against that which the model takes.
  ///
  /// - Throws: `DatasetError.unusable`.
  func check(_ shape: ImageShape, of place: String) throws {
    guard let wanted, wanted != shape else { return }
    let size = ImageSize(width: wanted.width, height: wanted.height)
    throw DatasetError.unusable(
      path: place, reason: "its images are \(shape), and the model takes \(wanted)",
      advice: "add --image-size \(size) --channels \(wanted.channels), or choose another model")
  }
}

/// The size of images: their width and height.
public struct ImageSize: Hashable, Sendable, CustomStringConvertible {
  /// Columns.
  public let width: Int
  /// Rows.
  public let height: Int

  /// The possible sides of an image.
  private static let sides = 1...1024

  /// Makes a size.
  public init(width: Int, height: Int) { (self.width, self.height) = (width, height) }

  /// Makes a square.
  public init(_ side: Int) { self.init(width: side, height: side) }

  /// Reads a side, such as `64`, or a width and a height, such as `64x48`; nil if a text is
  /// neither, or a side is not between 1 and 1024.
  public init?(_ text: String) {
    let sides = text.split(separator: "x", omittingEmptySubsequences: false).map { side in
      side.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int(side) ?? 0 : 0
    }
    guard (1...2).contains(sides.count), sides.allSatisfy(Self.sides.contains) else { return nil }
    self.init(width: sides[0], height: sides[sides.count - 1])
  }

  /// The text that `init(_:)` reads.
  public var description: String { width == height ? "\(width)" : "\(width)x\(height)" }
}

extension Colour {
  /// Reads `black`, `white`, or six hexadecimal digits, such as `ff8000`; nil for other texts.
  public init?(_ text: String) {
    switch text {
    case "black": self = .black
    case "white": self = .white
    default:
      guard text.utf8.count == 6, text.allSatisfy(\.isHexDigit), let bits = UInt32(text, radix: 16)
      else { return nil }
      self.init(
        red: UInt8(bits >> 16 & 255), green: UInt8(bits >> 8 & 255), blue: UInt8(bits & 255))
    }
  }
}
