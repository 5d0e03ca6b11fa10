/// A colour of 8 bits per channel.
public struct Colour: Hashable, Sendable {
  /// Red, 0...255.
  public let red: UInt8
  /// Green, 0...255.
  public let green: UInt8
  /// Blue, 0...255.
  public let blue: UInt8

  /// All channels at 255.
  public static let white = Colour(red: 255, green: 255, blue: 255)
  /// All channels at 0.
  public static let black = Colour(red: 0, green: 0, blue: 0)

  /// Makes a colour of three channels.
  public init(red: UInt8, green: UInt8, blue: UInt8) {
    self.red = red
    self.green = green
    self.blue = blue
  }

  /// Whether its channels are equal.
  public var isGrey: Bool { red == green && green == blue }
}
