import CZlib

/// Packs files into a zip archive of stored members, sorted by name.
public func storedZip(_ files: [String: [UInt8]]) -> [UInt8] {
  func little(_ value: Int, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }
  var (archive, directory): ([UInt8], [UInt8]) = ([], [])
  for (name, content) in files.sorted(by: { $0.key < $1.key }) {
    let crc = Int(crc32(0, content, UInt32(content.count)))
    let sizes = little(crc, 4) + little(content.count, 4) + little(content.count, 4)
    let names = little(name.utf8.count, 2)
    // Version 2.0, no flags, stored, 1980.
    let common =
      little(20, 2) + little(0, 4) + little(0x0021_0000, 4) + sizes + names + little(0, 2)
    directory += Array("PK\u{1}\u{2}".utf8) + little(20, 2) + common + little(0, 10)
    directory += little(archive.count, 4) + Array(name.utf8)
    archive += Array("PK\u{3}\u{4}".utf8) + common + Array(name.utf8) + content
  }
  return archive + directory + Array("PK\u{5}\u{6}".utf8) + little(0, 4)
    + little(files.count, 2) + little(files.count, 2) + little(directory.count, 4)
    + little(archive.count, 4) + little(0, 2)
}
