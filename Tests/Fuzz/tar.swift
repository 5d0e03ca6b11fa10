@testable import Datasets

/// CIFAR's archive, and a tar archive alone, must be refused, or have images.
@_cdecl("LLVMFuzzerTestOneInput")
public func run(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  check { try CIFAR.ten.read(archive: bytes, path: "x") }
  _ = try? TarArchive(bytes)
  return 0
}
