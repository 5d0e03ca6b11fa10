import Protobuf
import Testing

/// Messages, byte by byte.
@Suite struct ProtobufMessageTests {
  /// The examples of the guide to the encoding: https://protobuf.dev/programming-guides/encoding.
  @Test func theGuidesExamples() {
    var integer = ProtobufMessage()
    integer.append(1, 150)
    #expect(integer.bytes == [0x08, 0x96, 0x01])
    var text = ProtobufMessage()
    text.append(2, "testing")
    #expect(text.bytes == [0x12, 0x07, 0x74, 0x65, 0x73, 0x74, 0x69, 0x6E, 0x67])
    var outer = ProtobufMessage()
    outer.append(3, integer)
    #expect(outer.bytes == [0x1A, 0x03, 0x08, 0x96, 0x01])
    var negative = ProtobufMessage()
    negative.append(1, -2)
    #expect(negative.bytes == [0x08, 0xFE] + [UInt8](repeating: 0xFF, count: 8) + [0x01])
  }

  @Test func numbersAndHighFields() {
    var message = ProtobufMessage()
    message.append(1, 1.5)
    message.append(2, Float(-0.5))
    message.append(20, UInt64(7))
    #expect(
      message.bytes == [9, 0, 0, 0, 0, 0, 0, 0xF8, 0x3F, 21, 0, 0, 0, 0xBF, 0xA0, 0x01, 0x07])
  }
}
