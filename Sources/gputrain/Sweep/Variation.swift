/// A setting of a run that a sweep varies, with its values: `seed=1..8` or `beta1=0.5,0.9`.
struct Variation: Codable, Equatable {
  /// The option of `train` without its dashes, such as `batch-size`.
  let name: String
  /// The values as on the command line, in the order given.
  let values: [String]

  /// The names of the settings that can vary: all options of a run that take a value.
  static let names =
    ["preset"] + RunSettings.fields.filter { !$0.isFlag }.map { String($0.option.dropFirst(2)) }

  /// The most values of a setting, and runs of a sweep.
  static let maximumCount = 1000

  /// Reads a word of the command line.
  ///
  /// - Throws: `UsageError`.
  init(parsing word: String) throws {
    func fault(_ reason: String) -> UsageError {
      UsageError(description: "--vary \(word): \(reason)")
    }
    let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard let name = parts.first.map(String.init), parts.count == 2, !name.isEmpty else {
      throw fault("write it as NAME=VALUES, such as seed=1..8 or beta1=0.5,0.9")
    }
    guard Self.names.contains(name) else {
      let meant = Suggestion.names(for: name, among: Self.names).map { "'\($0)'" }
      throw fault(
        "'\(name)' is not a setting that can vary"
          + (meant.isEmpty ? "" : ". Did you mean \(meant.joined(separator: " or "))?"))
    }
    let items = parts[1].split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    guard !items.contains("") else { throw fault("a value is missing") }
    var values: [String] = []
    for item in items {
      guard let expanded = Self.expanded(item) else {
        throw fault("\(item) must count up, to at most \(Self.maximumCount) values")
      }
      values += expanded
    }
    guard values.count <= Self.maximumCount else {
      throw fault("there are more than \(Self.maximumCount) values")
    }
    if let twice = values.indices.first(where: { values[..<$0].contains(values[$0]) }) {
      throw fault("the value \(values[twice]) is given twice")
    }
    (self.name, self.values) = (name, values)
  }

  /// The values that an item stands for: itself, or the numbers of a range such as `1..8`.
  ///
  /// - Returns: nil for a range that counts down, or is too long.
  private static func expanded(_ item: String) -> [String]? {
    guard let match = item.wholeMatch(of: /(\d+)\.\.(\d+)/) else { return [item] }
    guard let first = Int(match.1), let last = Int(match.2), first <= last,
      last - first < maximumCount
    else { return nil }
    return (first...last).map(String.init)
  }

  /// The option with one of the values, as a word of a command line.
  func option(_ value: String) -> String { "--\(name)=\(value)" }
}
