/// A tuning file that can be parsed must be written as text that parses to the same file.
@_cdecl("LLVMFuzzerTestOneInput")
public func run(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  guard let file = try? TuningFile(parsing: bytes) else { return 0 }
  do {
    let again = try TuningFile(parsing: Array(try file.jsonText(pretty: true).utf8))
    precondition(again == file, "a tuning file changes when it is written")
  } catch {
    preconditionFailure("a tuning file cannot be written and read again: \(error)")
  }
  return 0
}
