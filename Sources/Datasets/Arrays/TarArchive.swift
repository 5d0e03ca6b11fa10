/// The plain files of a tar archive in memory (POSIX ustar, also GNU's).
struct TarArchive {
  /// The archive is damaged or cut off.
  struct Damaged: Error {}

  /// The contents of plain files by their names, which may have folders. Of several files with one
  /// name, the last counts.
  let files: [String: ArraySlice<UInt8>]

  private static let blockBytes = 512

  /// Reads all headers.
  /// - Throws: `Damaged` if a header's checksum or a size is wrong.
  init(_ bytes: [UInt8]) throws(Damaged) {
    var files: [String: ArraySlice<UInt8>] = [:]
    var rest = bytes[...]
    // Blocks of zeros end the archive.
    while let first = rest.first, first != 0 {
      guard rest.count >= Self.blockBytes else { throw Damaged() }
      let header = Header(rest.prefix(Self.blockBytes))
      rest = rest.dropFirst(Self.blockBytes)
      guard header.isIntact, let size = header.size, size <= rest.count else { throw Damaged() }
      if header.isPlainFile { files[header.name] = rest.prefix(size) }
      rest = rest.dropFirst(size).dropFirst(
        (Self.blockBytes - size % Self.blockBytes) % Self.blockBytes)
    }
    self.files = files
  }

  /// A block of 512 bytes.
  private struct Header {
    let bytes: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) { self.bytes = bytes }

    /// The path: at most 255 bytes, in two parts.
    var name: String {
      let (name, prefix) = (text(0, 100), text(345, 155))
      return prefix.isEmpty || text(257, 5) != "ustar" ? name : "\(prefix)/\(name)"
    }

    var size: Int? { octal(124, 12) }

    var isPlainFile: Bool { ["0", ""].contains(text(156, 1)) }

    /// Whether the sum of all bytes is right, with its own field counted as spaces.
    var isIntact: Bool {
      let own = field(148, 8)
      let sum = bytes.reduce(0) { $0 + Int($1) } - own.reduce(0) { $0 + Int($1) } + 8 * 0x20
      return octal(148, 8) == sum
    }

    private func field(_ offset: Int, _ count: Int) -> ArraySlice<UInt8> {
      bytes.dropFirst(offset).prefix(count)
    }

    /// Returns a text that ends at a zero or at the end of its field.
    private func text(_ offset: Int, _ count: Int) -> String {
      String(decoding: field(offset, count).prefix { $0 != 0 }, as: UTF8.self)
    }

    private func octal(_ offset: Int, _ count: Int) -> Int? {
      let digits = text(offset, count).drop { $0 == " " }.prefix { $0 != " " }
      return digits.hasPrefix("-") || digits.hasPrefix("+") ? nil : Int(digits, radix: 8)
    }
  }
}
