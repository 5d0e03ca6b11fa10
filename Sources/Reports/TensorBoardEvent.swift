import Protobuf

/// An event of a TensorBoard file, which is a sequence of records.
///
/// A record is the length (8 bytes), its masked CRC-32C, the event and its masked CRC-32C, all
/// little-endian. The event is a Protocol Buffers message (tensorflow/core/util/event.proto and
/// framework/summary.proto).
public struct TensorBoardEvent: Sendable, Equatable {
  /// The content of an event.
  public enum Content: Sendable, Equatable {
    /// The first event of a file.
    case fileVersion
    /// Numbers by their tags.
    case scalars([Scalar])
    /// A grey picture as a PNG file of width · height pixels.
    case image(tag: String, png: [UInt8], width: Int, height: Int)
  }

  /// A number with its tag.
  public struct Scalar: Sendable, Equatable {
    /// The curve that it belongs to.
    public let tag: String
    /// The number.
    public let value: Float

    /// Makes a number of a curve.
    public init(tag: String, value: Float) {
      self.tag = tag
      self.value = value
    }
  }

  /// Seconds since 1970.
  public let time: Double
  /// The position on the horizontal axis.
  public let step: Int
  /// The content of the event.
  public let content: Content

  /// Makes an event.
  public init(time: Double, step: Int, content: Content) {
    self.time = time
    self.step = step
    self.content = content
  }

  /// The event as a record of a file.
  public var record: [UInt8] {
    let event = message.bytes
    let length = littleEndian(UInt64(event.count))
    return length + Self.maskedChecksum(length[...]) + event + Self.maskedChecksum(event[...])
  }

  private var message: ProtobufMessage {
    var message = ProtobufMessage()
    message.append(1, time)
    message.append(2, step)
    switch content {
    case .fileVersion: message.append(3, "brain.Event:2")
    case .scalars(let scalars):
      var summary = ProtobufMessage()
      for scalar in scalars {
        var value = ProtobufMessage()
        value.append(1, scalar.tag)
        value.append(2, scalar.value)
        summary.append(1, value)
      }
      message.append(5, summary)
    case .image(let tag, let png, let width, let height):
      var image = ProtobufMessage()
      image.append(1, height)
      image.append(2, width)
      image.append(3, 1)  // grey
      image.append(4, png)
      var value = ProtobufMessage()
      value.append(1, tag)
      value.append(4, image)
      var summary = ProtobufMessage()
      summary.append(1, value)
      message.append(5, summary)
    }
    return message
  }

  private static func maskedChecksum(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    let crc = CRC32C.checksum(bytes)
    return littleEndian((crc >> 15 | crc << 17) &+ 0xA282_EAD8)
  }

  /// Returns the length to which a file must be cut to keep only whole records with steps of at
  /// most `step`: the end of the last record before the first that is damaged or of a later step.
  public static func end(of file: [UInt8], through step: Int) -> Int {
    var end = 0
    while let record = record(in: file[end...]), record.step <= UInt64(step) { end = record.end }
    return end
  }

  /// Returns the latest step of the records before the first damaged one, 0 if there are none; nil
  /// if no record is damaged.
  public static func stepBeforeDamage(in file: [UInt8]) -> Int? {
    var (end, step) = (0, UInt64(0))
    while let record = record(in: file[end...]) {
      (end, step) = (record.end, max(step, record.step))
    }
    return end == file.count ? nil : Int(clamping: step)
  }

  /// Parses the record at the slice's start: its end and its step; nil if it is not whole.
  private static func record(in bytes: ArraySlice<UInt8>) -> (end: Int, step: UInt64)? {
    let start = bytes.startIndex
    guard bytes.count >= 12 else { return nil }
    let head = bytes[start..<start + 8]
    let length = head.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard length <= UInt64(bytes.count), bytes.count - 16 >= Int(length) else { return nil }
    let event = bytes[start + 12..<start + 12 + Int(length)]
    guard bytes[start + 8..<start + 12].elementsEqual(maskedChecksum(head)),
      bytes[event.endIndex..<event.endIndex + 4].elementsEqual(maskedChecksum(event)),
      let step = step(of: event)
    else { return nil }
    return (event.endIndex + 4, step)
  }

  /// Returns the step of an event that begins with its time and its step, as those written here do.
  private static func step(of event: ArraySlice<UInt8>) -> UInt64? {
    guard event.first == 9, event.dropFirst(9).first == 16 else { return nil }
    var value: UInt64 = 0
    for (index, byte) in event.dropFirst(10).prefix(10).enumerated() {
      value |= UInt64(byte & 127) &<< UInt64(7 * index)
      if byte < 128 { return value }
    }
    return nil
  }
}
