import CZlib

@testable import Images

/// A picture that can be decoded must have the shape that its header says, and be encoded to bytes
/// that decode to the same picture.
@_cdecl("LLVMFuzzerTestOneInput")
public func run(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  var bytes = Array(UnsafeBufferPointer(start: start, count: count))
  repairChecksums(&bytes)
  guard let image = try? Picture(decoding: bytes) else { return 0 }
  let header = try? PictureHeader(of: bytes)
  precondition(header?.shape == image.shape)
  guard image.pixels.count < 1 << 16 else { return 0 }
  let again = try? Picture(decoding: image.png())
  precondition(again == image)
  return 0
}

/// Corrects the checksum of every chunk, without which libpng would ignore its content.
private func repairChecksums(_ bytes: inout [UInt8]) {
  var chunk = 8
  while bytes.count - chunk >= 12 {
    let length = bytes[chunk..<chunk + 4].reduce(0) { $0 << 8 | Int($1) }
    let sum = chunk + 8 + length
    guard sum + 4 <= bytes.count else { return }
    let right = bytes[(chunk + 4)..<sum].withUnsafeBufferPointer {
      crc32(0, $0.baseAddress, uInt($0.count))
    }
    for index in 0..<4 { bytes[sum + index] = UInt8(truncatingIfNeeded: right >> (24 - 8 * index)) }
    chunk = sum + 4
  }
}
