extension Int {
  /// The number with a comma between groups of three digits, such as `1,094,432`.
  var grouped: String {
    let digits = String(magnitude)
    let first = (digits.count - 1) % 3 + 1
    var groups = [digits.prefix(first)]
    var rest = digits.dropFirst(first)
    while !rest.isEmpty {
      groups.append(rest.prefix(3))
      rest = rest.dropFirst(3)
    }
    return (self < 0 ? "-" : "") + groups.joined(separator: ",")
  }
}
