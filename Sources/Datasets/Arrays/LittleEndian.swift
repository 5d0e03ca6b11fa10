extension RandomAccessCollection<UInt8> where Index == Int {
  /// Returns the unsigned integer of `count` bytes, at most 8, that begins `offset` bytes after the
  /// start; nil if bytes are missing, or if it is larger than an `Int`.
  func littleEndian(at offset: Int, count: Int) -> Int? {
    guard offset >= 0, offset <= self.count - count else { return nil }
    let start = startIndex + offset
    let value = self[start..<start + count].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    return Int(exactly: value)
  }
}
