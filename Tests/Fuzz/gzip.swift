import CZlib

@testable import Datasets

/// Bytes must be unpacked within the bounds, or refused. Packed bytes must unpack to the same
/// bytes.
@_cdecl("LLVMFuzzerTestOneInput")
public func run(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  let size = 1000
  let prefix = try? Gzip.prefix(of: bytes, count: 16)
  precondition((prefix ?? []).count <= 16)
  if let content = try? Gzip.unpack(bytes, size: size) {
    precondition(content.count <= size && prefix?[...] == content.prefix(16))
  }
  let archive = stored(bytes)
  let unpacked = try? Gzip.unpack(archive, size: bytes.count)
  precondition(unpacked == bytes)
  for file in [DataFile.validationImages, .validationLabels] {
    let plain = items(of: bytes, file: file)
    precondition(Gzip.isArchive(bytes) || items(of: archive, file: file) == plain)
  }
  return 0
}

/// Returns the items; nil if the bytes are refused.
private func items(of bytes: [UInt8], file: DataFile) -> [UInt8]? {
  do {
    return try CheckedFile(bytes: bytes, path: "x", file: file, contents: nil).items
  } catch {
    precondition(error is DatasetError)
    return nil
  }
}

/// Returns the bytes as a gzip archive of stored blocks, each as large as deflate allows.
private func stored(_ bytes: [UInt8]) -> [UInt8] {
  var archive: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3]
  for start in stride(from: 0, through: bytes.count, by: 0xFFFF) {
    let block = bytes[start..<min(start + 0xFFFF, bytes.count)]
    let isLast: UInt8 = block.count < 0xFFFF ? 1 : 0
    archive += [isLast] + littleEndian(block.count, 2) + littleEndian(~block.count, 2) + block
  }
  return archive + littleEndian(Int(crc32(0, bytes, uInt(bytes.count))), 4)
    + littleEndian(bytes.count, 4)
}

private func littleEndian(_ value: Int, _ count: Int) -> [UInt8] {
  (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
}
