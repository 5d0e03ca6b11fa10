/// Guesses what a mistyped or abbreviated word was meant as.
enum Suggestion {
  /// Finds one or two names that a word may stand for; none if more fit, or if no name is near.
  ///
  /// Tries abbreviations first: the edit distance means nothing for a word of two letters.
  ///
  /// - Parameters:
  ///   - word: The word as typed, without dashes before it.
  ///   - names: The names to choose from.
  static func names(for word: String, among names: [String]) -> [String] {
    let word = word.lowercased().replacing("_", with: "-")
    // Whoever types -n asks for a number, not for an option that turns something off.
    let names = names.filter { word.hasPrefix("no") || !$0.hasPrefix("no-") }
    let rules: [(String) -> Bool] = [
      { letters(of: $0) == letters(of: word) },
      { synonyms[word] == $0 },
      { String($0.split(separator: "-").compactMap(\.first)) == word && $0.contains("-") },
      { isAbbreviation(word, of: $0) },
      { isExtension(word, of: $0) || $0.hasSuffix("-" + word) },
    ]
    for rule in rules {
      let found = names.filter(rule)
      if !found.isEmpty { return found.count <= 2 ? found : [] }
    }
    let digits = word.filter(\.isNumber)
    let near = names.filter { name in
      let most = max(1, min(word.count, name.count) / 3)
      return word.count > 2 && editDistance(word, name) <= most
        && (digits.isEmpty || digits == name.filter(\.isNumber))
    }
    let least = near.map { editDistance(word, $0) }.min()
    let found = near.filter { editDistance(word, $0) == least }
    return found.count <= 2 ? found : []
  }

  /// The words that other programs use for the same thing.
  private static let synonyms = [
    "gpu": "device", "cuda": "device", "cpu": "device", "n": "count", "num-images": "count",
    "num-samples": "count", "samples": "count", "output-dir": "out", "save-dir": "out",
    "continue": "resume", "force": "overwrite", "generate": "sample", "download": "data",
  ]

  private static func letters(of name: String) -> String { name.filter { $0 != "-" } }

  /// Whether each word of `short` begins the word of `name` at the same place, as `learn-rate` does
  /// for `learning-rate`.
  private static func isAbbreviation(_ short: String, of name: String) -> Bool {
    let (short, name) = (short.split(separator: "-"), name.split(separator: "-"))
    return !short.isEmpty && short.count <= name.count
      && zip(short, name).allSatisfy { $1.hasPrefix($0) }
  }

  /// Whether `long` is the name with something before or after it, as `num-epochs` is for `epochs`
  /// and `output` for `out`.
  private static func isExtension(_ long: String, of name: String) -> Bool {
    long.hasSuffix("-" + name) || (name.count > 2 && !long.contains("-") && long.hasPrefix(name))
  }

  /// The least number of letters to insert, delete, replace or swap with their neighbour that turns
  /// the first word into the second.
  private static func editDistance(_ first: String, _ second: String) -> Int {
    let (first, second) = (Array(first), Array(second))
    // Row i, column j: the distance of the first i letters to the first j letters.
    var rows = [Array(0...second.count)]
    for i in first.indices {
      var row = [i + 1]
      for j in second.indices {
        let replaced = rows[i][j] + (first[i] == second[j] ? 0 : 1)
        var least = min(replaced, rows[i][j + 1] + 1, row[j] + 1)
        if i > 0, j > 0, first[i] == second[j - 1], first[i - 1] == second[j] {
          least = min(least, rows[i - 1][j - 1] + 1)
        }
        row.append(least)
      }
      rows.append(row)
    }
    return rows[first.count][second.count]
  }
}
