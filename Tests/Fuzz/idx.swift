/// Bytes are refused as images and as labels, or are a head and the items.
@_cdecl("LLVMFuzzerTestOneInput")
public func run(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  for file in [DataFile.trainImages, .trainLabels] {
    do {
      let checked = try CheckedFile(bytes: bytes, path: "x", file: file, known: nil)
      precondition(checked.items.count.isMultiple(of: file.itemBytes))
      precondition(Gzip.isArchive(bytes) || checked.items[...] == bytes[file.headerBytes...])
    } catch {
      precondition(error is DatasetError)
    }
  }
  return 0
}
