import CZlib

@testable import Datasets

/// Arrays must be refused, or be images or labels with the bytes of the file. In a zip archive they
/// are the same.
@_cdecl("LLVMFuzzerTestOneInput")
public func run(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  do {
    let images = try? NPY.images(bytes[...], path: "x")
    if let images { precondition(bytes.suffix(images.pixels.count) == images.pixels[...]) }
    let packed = try? NPZ.read(zip(bytes), path: "x")
    precondition(packed?.train == images)
    let labels = try NPY.labels(bytes[...], path: "x")
    precondition(!labels.isEmpty && labels.count <= bytes.count)
  } catch {
    precondition(error is DatasetError)
  }
  return 0
}

/// Returns a zip archive of `images.npy`, stored.
private func zip(_ content: [UInt8]) -> [UInt8] {
  func little(_ value: Int, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }
  let name = Array("images.npy".utf8)
  let crc = Int(crc32(0, content, uInt(content.count)))
  let common =
    little(20, 10) + little(crc, 4) + little(content.count, 4) + little(content.count, 4)
    + little(name.count, 4)
  let member = Array("PK\u{3}\u{4}".utf8) + common + name + content
  let directory = Array("PK\u{1}\u{2}".utf8) + little(20, 2) + common + little(0, 14) + name
  return member + directory + Array("PK\u{5}\u{6}".utf8) + little(0, 4) + little(1, 2)
    + little(1, 2) + little(directory.count, 4) + little(member.count, 4) + little(0, 2)
}
