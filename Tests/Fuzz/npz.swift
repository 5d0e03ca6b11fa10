@testable import Datasets

/// An archive of arrays must be refused, or have images.
@_cdecl("LLVMFuzzerTestOneInput")
public func run(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  check { try NPZ.read(bytes, path: "x") }
  return 0
}
