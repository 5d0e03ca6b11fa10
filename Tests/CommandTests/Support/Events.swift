import Files
import Foundation

/// A value in a run's file for TensorBoard.
struct EventValue: Hashable, CustomStringConvertible {
  let step: UInt64
  let tag: String
  /// The value as it is written, a number or a picture.
  let bytes: [UInt8]

  var description: String { "\(tag) of step \(step), \(bytes.count) bytes" }

  /// The values of the file in a run's folder, in their order.
  ///
  /// Reads only what the program writes: records of a length (8 bytes), a checksum (4), an event
  /// and its checksum.
  ///
  /// - Parameter times: Whether to include the values that measure time.
  static func all(in run: String, times: Bool = false) throws -> [EventValue] {
    let path = try file(in: run)
    let bytes = try readFile(path: path, maximumBytes: 1 << 24)
    let damage = Gputrain.Missing(description: "\(path) is damaged")
    var values: [EventValue] = []
    var rest = bytes[...]
    while !rest.isEmpty {
      let length = rest.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
      guard length >= 0, length <= rest.count - 16 else { throw damage }
      let event = fields(of: rest.dropFirst(12).prefix(length))
      rest = rest.dropFirst(length + 16)
      let step = event.first { $0.number == 2 }?.value ?? 0
      for summary in event where summary.number == 5 {
        for value in fields(of: summary.bytes) {
          let parts = fields(of: value.bytes)
          guard parts.count == 2 else { throw damage }
          let tag = String(decoding: parts[0].bytes, as: UTF8.self)
          if !times, ["seconds", "images_per_second"].contains(tag) { continue }
          values.append(EventValue(step: step, tag: tag, bytes: Array(parts[1].bytes)))
        }
      }
    }
    return values
  }

  /// The path of the file in a run's folder.
  static func file(in run: String) throws -> String {
    let names = try FileManager.default.contentsOfDirectory(atPath: run)
      .filter { $0.hasPrefix("events.") }
    guard names.count == 1 else {
      throw Gputrain.Missing(description: "\(run) has \(names.count) files for TensorBoard")
    }
    return "\(run)/\(names[0])"
  }

  /// The fields of a Protocol Buffers message.
  private static func fields(
    of message: ArraySlice<UInt8>
  ) -> [(number: Int, value: UInt64, bytes: ArraySlice<UInt8>)] {
    var fields: [(Int, UInt64, ArraySlice<UInt8>)] = []
    var rest = message
    func varint() -> UInt64 {
      var (value, shift): (UInt64, UInt64) = (0, 0)
      while let byte = rest.popFirst() {
        value |= UInt64(byte & 127) << shift
        shift += 7
        if byte < 128 { break }
      }
      return value
    }
    while !rest.isEmpty {
      let key = varint()
      let value = key & 7 == 0 || key & 7 == 2 ? varint() : 0
      let size = [0: 0, 1: 8, 2: Int(clamping: value), 5: 4][key & 7] ?? 0
      fields.append((Int(key >> 3), value, rest.prefix(size)))
      rest = rest.dropFirst(size)
    }
    return fields
  }
}
