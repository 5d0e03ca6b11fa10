extension String {
  /// The string with spaces behind it, up to `width` characters; longer ones stay as they are.
  func padding(to width: Int) -> String {
    self + String(repeating: " ", count: max(0, width - count))
  }

  /// The string with spaces before it, up to `width` characters; longer ones stay as they are.
  func aligned(right width: Int) -> String {
    String(repeating: " ", count: max(0, width - count)) + self
  }
}
