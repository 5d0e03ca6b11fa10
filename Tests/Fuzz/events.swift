@testable import Reports

/// Truncation must leave whole records; truncating again must change nothing.
@_cdecl("LLVMFuzzerTestOneInput")
public func run(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  let end = TensorBoardEvent.end(of: bytes, through: 3)
  precondition((0...count).contains(end))
  precondition(TensorBoardEvent.end(of: Array(bytes[..<end]), through: 3) == end)
  return 0
}
