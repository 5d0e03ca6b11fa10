extension String {
  /// The string with spaces after it, up to `width` characters; a longer one is unchanged.
  func padding(to width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - count))
  }

  /// The string without the spaces at its end.
  var withoutTrailingSpaces: String { String(reversed().drop { $0 == " " }.reversed()) }

  /// The string with spaces before it, up to `width` characters; a longer one is unchanged.
  func aligned(right width: Int) -> String {
    String(repeating: " ", count: max(0, width - count)) + self
  }
}
