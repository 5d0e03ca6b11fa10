/// A run.json that can be parsed must be written as text that parses to the same record.
@_cdecl("LLVMFuzzerTestOneInput")
public func run(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: start, count: count))
  guard let record = try? RunRecord(parsing: bytes) else { return 0 }
  do {
    let text = try record.jsonText(pretty: true)
    let again = try RunRecord(parsing: Array(text.utf8))
    precondition(again == record, "a record changes when it is written")
  } catch {
    preconditionFailure("a record cannot be written and read again: \(error)")
  }
  return 0
}
