@testable import Reports

/// A table that can be parsed must be written as text that parses to the same table.
@_cdecl("LLVMFuzzerTestOneInput")
public func run(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = UnsafeBufferPointer(start: start, count: count)
  guard let table = try? CSVTable(parsing: String(decoding: bytes, as: UTF8.self)) else { return 0 }
  let again = try? CSVTable(parsing: table.text)
  precondition(again == table)
  for column in ["epoch", "train_loss"] {
    precondition(table.numbers(column).map { $0.count == table.rows.count } ?? true)
  }
  return 0
}
