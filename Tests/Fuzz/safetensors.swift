/// A file that can be parsed must be encoded to bytes that parse to the same tensors.
@_cdecl("LLVMFuzzerTestOneInput")
public func run(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  do {
    let file = try SafeTensorsFile(parsing: bytes)
    let encoded = try? file.encoded()
    precondition(encoded != nil)
    let again = encoded.flatMap { try? SafeTensorsFile(parsing: $0) }
    precondition(again == file)
    // Limited, because each lookup by name scans all tensors.
    for tensor in file.tensors.prefix(100) {
      precondition(file[tensor.name] == tensor)
      let floats = try? tensor.floats()
      precondition((floats != nil) == tensor.elementType.isFloat)
      precondition(
        floats.map { $0.count * tensor.elementType.bitWidth / 8 == tensor.data.count } ?? true)
    }
  } catch let error as SafeTensorsError {
    precondition(!error.description.contains("\n"))
  } catch {
    preconditionFailure()
  }
  return 0
}
