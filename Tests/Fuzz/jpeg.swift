@testable import Images

/// A picture that can be decoded must have the shape that its header says, and fit any size.
@_cdecl("LLVMFuzzerTestOneInput")
public func run(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  guard let image = try? Picture(decoding: bytes) else { return 0 }
  let header = try? PictureHeader(of: bytes)
  precondition(header?.shape == image.shape)
  let width = 1 + count % 16
  precondition(image.fitted(height: 7, width: width).pixels.count == 7 * width * image.channels)
  return 0
}
