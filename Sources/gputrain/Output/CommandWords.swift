/// An option with its value as words of a command line. The parser would take a value that begins
/// with a dash for an option, so such a value is joined to the option.
func commandWords(_ option: String, _ value: String) -> [String] {
  value.hasPrefix("-") ? ["\(option)=\(value)"] : [option, value]
}
