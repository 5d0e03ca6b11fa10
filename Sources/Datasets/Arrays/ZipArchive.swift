import CZlib

/// A zip archive in memory (PKWARE's APPNOTE.TXT 6.3), also with zip64's sizes. It is read by its
/// central directory; every offset and size is checked before it is used.
struct ZipArchive {
  /// A file in the archive.
  struct Member: Equatable {
    let name: String
    fileprivate let flags: Int
    fileprivate let method: Int
    fileprivate let crc: Int
    fileprivate let packedBytes: Int
    /// The size of its content.
    let size: Int
    fileprivate let headerStart: Int
  }

  /// Why an archive or a member cannot be read.
  struct Failure: Error, Equatable {
    let reason: String
  }

  /// The first bytes of an archive that has a member.
  static let magic = Array("PK\u{3}\u{4}".utf8)
  /// The longest accepted name of a member.
  private static let maximumNameBytes = 256

  /// The members, in the order of the central directory.
  let members: [Member]
  private let bytes: [UInt8]
  /// The start of the central directory, which ends the members' data.
  private let directoryStart: Int

  /// Reads the central directory.
  /// - Throws: `Failure`.
  init(_ bytes: [UInt8]) throws(Failure) {
    self.bytes = bytes
    let directory = try Directory(of: bytes)
    directoryStart = directory.start
    var members: [Member] = []
    var names: Set<String> = []
    var rest = bytes[directory.start..<directory.end]
    while members.count < directory.count {
      let member = try Self.parseEntry(&rest)
      guard names.insert(member.name).inserted else {
        throw Failure(reason: "it has two members with the name \(member.name)")
      }
      members.append(member)
    }
    self.members = members
  }

  /// Reads an entry of the central directory, and removes it from `rest`.
  private static func parseEntry(_ rest: inout ArraySlice<UInt8>) throws(Failure) -> Member {
    let damaged = Failure(reason: "its directory is damaged")
    func field(_ offset: Int, _ count: Int) throws(Failure) -> Int {
      guard let value = rest.littleEndian(at: offset, count: count) else { throw damaged }
      return value
    }
    guard try field(0, 4) == 0x0201_4B50 else { throw damaged }
    let (nameBytes, extraBytes) = (try field(28, 2), try field(30, 2))
    let commentBytes = try field(32, 2)
    guard rest.count - 46 >= nameBytes + extraBytes + commentBytes else { throw damaged }
    guard nameBytes <= maximumNameBytes else {
      throw Failure(reason: "a member's name has \(nameBytes) bytes")
    }
    let afterName = rest.startIndex + 46 + nameBytes
    let name = rest[rest.startIndex + 46..<afterName]
    var wide = Zip64Fields(extra: rest[afterName..<afterName + extraBytes])
    // The order of the three in zip64's field.
    let size = wide.widen(try field(24, 4))
    let packedBytes = wide.widen(try field(20, 4))
    let headerStart = wide.widen(try field(42, 4))
    guard let size, let packedBytes, let headerStart else { throw damaged }
    let member = Member(
      name: String(decoding: name, as: UTF8.self), flags: try field(8, 2), method: try field(10, 2),
      crc: try field(16, 4), packedBytes: packedBytes, size: size, headerStart: headerStart)
    rest = rest[(afterName + extraBytes + commentBytes)...]
    return member
  }

  /// Returns the content of a member, checked by its CRC-32.
  /// - Throws: `Failure`.
  func content(of member: Member) throws(Failure) -> ArraySlice<UInt8> {
    let content = try unpacked(member)
    let crc = content.withUnsafeBufferPointer { crc32_z(0, $0.baseAddress, $0.count) }
    guard Int(crc) == member.crc else { throw Failure(reason: "its CRC-32 differs") }
    return content
  }

  private func unpacked(_ member: Member) throws(Failure) -> ArraySlice<UInt8> {
    guard member.flags & 1 == 0 else { throw Failure(reason: "it is encrypted") }
    let packed = try packedData(of: member)
    switch member.method {
    case 0:
      guard packed.count == member.size else {
        throw Failure(reason: "it has \(packed.count) bytes, but its directory claims otherwise")
      }
      return packed
    case 8:
      do {
        try Deflate.checkClaim(of: member.size, packedIn: packed.count)
        let content = try Deflate.inflate(
          packed, in: .none, capacity: member.size + 1, part: .whole)
        guard content.count == member.size else { throw Deflate.Failure.truncated }
        return content[...]
      } catch {
        throw Failure(reason: "\(error)")
      }
    default:
      throw Failure(
        reason: "its compression is of kind \(member.method), neither stored nor deflated")
    }
  }

  private func packedData(of member: Member) throws(Failure) -> ArraySlice<UInt8> {
    let damaged = Failure(reason: "its data are not where the directory says")
    let start = member.headerStart
    guard start < directoryStart else { throw damaged }
    let header = bytes[start..<directoryStart]
    guard header.starts(with: Self.magic), let nameBytes = header.littleEndian(at: 26, count: 2),
      let extraBytes = header.littleEndian(at: 28, count: 2),
      header.dropFirst(30).prefix(nameBytes).elementsEqual(member.name.utf8)
    else { throw damaged }
    let data = header.dropFirst(30 + nameBytes + extraBytes)
    guard member.packedBytes <= data.count else { throw damaged }
    return data.prefix(member.packedBytes)
  }
}

/// The place of an archive's central directory.
private struct Directory {
  let start: Int
  let end: Int
  /// The number of members.
  let count: Int

  init(of bytes: [UInt8]) throws(ZipArchive.Failure) {
    // The end record is followed only by a comment, whose length it gives.
    let candidates = stride(
      from: bytes.count - 22, through: max(0, bytes.count - 22 - 0xFFFF), by: -1)
    let found = candidates.first { start in
      bytes[start] == UInt8(ascii: "P") && bytes.littleEndian(at: start, count: 4) == 0x0605_4B50
        && bytes.littleEndian(at: start + 20, count: 2) == bytes.count - 22 - start
    }
    guard let end = found else {
      throw ZipArchive.Failure(reason: "its directory is missing: the file is cut off")
    }
    // Eight bytes for each number are in zip64's record, which a locator before the end names.
    let isWide = bytes.littleEndian(at: end - 20, count: 4) == 0x0706_4B50
    let record = isWide ? bytes.littleEndian(at: end - 12, count: 8) : end
    guard let record,
      let count = bytes.littleEndian(at: record &+ (isWide ? 32 : 10), count: isWide ? 8 : 2),
      let size = bytes.littleEndian(at: record &+ (isWide ? 40 : 12), count: isWide ? 8 : 4),
      let start = bytes.littleEndian(at: record &+ (isWide ? 48 : 16), count: isWide ? 8 : 4),
      !isWide || bytes.littleEndian(at: record, count: 4) == 0x0606_4B50,
      start <= record, size <= record - start
    else { throw ZipArchive.Failure(reason: "its directory is damaged") }
    (self.start, self.end, self.count) = (start, start + size, count)
  }
}

/// The 8-byte numbers that replace 4-byte numbers of all ones, in the same order.
private struct Zip64Fields {
  private var rest: ArraySlice<UInt8> = []

  /// Finds zip64's field among the extra fields of an entry, each with a kind and a length.
  init(extra: ArraySlice<UInt8>) {
    var extra = extra
    while let kind = extra.littleEndian(at: 0, count: 2),
      let length = extra.littleEndian(at: 2, count: 2), length <= extra.count - 4
    {
      let field = extra.dropFirst(4)
      if kind == 1 {
        rest = field.prefix(length)
        return
      }
      extra = field.dropFirst(length)
    }
  }

  /// Returns the number or, if it is all ones, the next 8-byte number; nil if that is missing.
  mutating func widen(_ number: Int) -> Int? {
    guard number == 0xFFFF_FFFF else { return number }
    defer { rest = rest.dropFirst(8) }
    return rest.littleEndian(at: 0, count: 8)
  }
}
