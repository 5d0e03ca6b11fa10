import Testing

@testable import Reports

/// TensorBoard files, byte by byte.
@Suite struct TensorBoardEventTests {
  @Test func checksum() {
    // RFC 3720, B.4, and the check value of the catalogue of CRCs.
    #expect(CRC32C.checksum(Array("123456789".utf8)) == 0xE306_9283)
    #expect(CRC32C.checksum([UInt8](repeating: 0, count: 32)) == 0x8A91_36AA)
    #expect(CRC32C.checksum([]) == 0)
  }

  private let version = TensorBoardEvent(time: 1.5, step: 0, content: .fileVersion)
  private let scalars = TensorBoardEvent(
    time: 2, step: 300,
    content: .scalars([.init(tag: "a", value: 0.5), .init(tag: "é", value: -2)]))
  private let image = TensorBoardEvent(
    time: 3, step: 301,
    content: .image(tag: "i", png: [UInt8](repeating: 7, count: 200), width: 3, height: 128))

  @Test func theFirstRecord() {
    let event: [UInt8] =
      [9, 0, 0, 0, 0, 0, 0, 0xF8, 0x3F, 16, 0, 26, 13] + Array("brain.Event:2".utf8)
    let record = version.record
    #expect(record[..<8].elementsEqual([26, 0, 0, 0, 0, 0, 0, 0]))
    #expect(record[12..<38].elementsEqual(event))
    #expect(record.count == 8 + 4 + 26 + 4)
  }

  @Test func scalarsAndImages() {
    let event: [UInt8] =
      [9, 0, 0, 0, 0, 0, 0, 0, 0x40, 16, 0xAC, 2, 42, 21]
      + [10, 8, 10, 1, 0x61, 21, 0, 0, 0, 0x3F] + [10, 9, 10, 2, 0xC3, 0xA9, 21, 0, 0, 0, 0xC0]
    #expect(scalars.record.dropFirst(12).dropLast(4).elementsEqual(event))
    let head: [UInt8] =
      [9, 0, 0, 0, 0, 0, 0, 8, 0x40, 16, 0xAD, 2, 42, 0xDB, 1, 10, 0xD8, 1, 10, 1, 0x69]
      + [34, 0xD2, 1, 8, 0x80, 1, 16, 3, 24, 1, 34, 0xC8, 1]
    #expect(
      image.record.dropFirst(12).dropLast(4).elementsEqual(head + [UInt8](repeating: 7, count: 200))
    )
  }

  @Test func aFileIsCutWhereALaterStepOrDamageBegins() {
    let records = [version, scalars, image].map(\.record)
    let file = records.flatMap { $0 }
    let ends = [42, 42 + records[1].count, file.count]
    #expect(TensorBoardEvent.end(of: file, through: 301) == ends[2])
    #expect(TensorBoardEvent.end(of: file, through: 300) == ends[1])
    #expect(TensorBoardEvent.end(of: file, through: 299) == ends[0])
    #expect(TensorBoardEvent.end(of: [], through: 9) == 0)
    // The file is cut anywhere in the last record, or one of its bits is flipped.
    for count in ends[1]..<ends[2] {
      #expect(TensorBoardEvent.end(of: Array(file[..<count]), through: 301) == ends[1])
      var damaged = file
      damaged[count] ^= 4
      #expect(TensorBoardEvent.end(of: damaged, through: 301) == ends[1])
    }
    #expect(TensorBoardEvent.stepBeforeDamage(in: file) == nil)
    #expect(TensorBoardEvent.stepBeforeDamage(in: []) == nil)
    #expect(TensorBoardEvent.stepBeforeDamage(in: Array(file[..<ends[1]])) == nil)
    for (place, step) in [(0, 0), (ends[0] + 20, 0), (ends[1] + 20, 300)] {
      var damaged = file
      damaged[place] ^= 4
      #expect(TensorBoardEvent.stepBeforeDamage(in: damaged) == step)
    }
    #expect(TensorBoardEvent.stepBeforeDamage(in: file.dropLast()) == 300)
    // A length beyond all bounds.
    let claim = [UInt8](repeating: 255, count: 100)
    #expect(TensorBoardEvent.end(of: claim, through: 1) == 0)
  }
}
