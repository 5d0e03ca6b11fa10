import ArgumentParser
import Foundation
import GenerativeModels

/// A run of a sweep: one combination of values.
struct SweepRun: Equatable {
  /// What it is called, such as `seed=1,beta1=0.5`: also the name of its folder.
  let name: String
  /// The words of `train` that set it: its model and options.
  let words: [String]
  /// The settings that these words stand for.
  let settings: RunSettings
}

/// What a sweep trains: a run for each combination of values, the last variation fastest.
struct SweepPlan {
  let variations: [Variation]
  let runs: [SweepRun]

  /// Makes all combinations, and checks each as `train` does.
  ///
  /// - Parameters:
  ///   - words: The words of `train` that all runs have: the model and options.
  /// - Throws: `UsageError`.
  init(_ model: any GenerativeModel, _ variations: [Variation], words: [String]) throws {
    try Self.check(variations, words)
    self.variations = variations
    runs = try Self.combinations(of: variations).map { values in
      let options = zip(variations, values).map { $0.option($1) }
      let name = zip(variations, values).map { "\($0.name)=\(Self.fileName($1))" }
        .joined(separator: ",")
      guard name.utf8.count <= Self.longestName else {
        throw UsageError(
          description:
            "\(name.prefix(60))… is too long for the name of a folder; vary fewer or shorter values"
        )
      }
      return SweepRun(
        name: name, words: options + words,
        settings: try Self.settings(options + words, of: model, named: name))
    }
    for (place, run) in runs.enumerated() {
      if let twin = runs[..<place].first(where: { $0.settings == run.settings }) {
        throw UsageError(
          description: "\(twin.name) and \(run.name) are the same run; leave one out")
      }
    }
  }

  /// Names of files may have 255 bytes, and a run's log has an ending.
  private static let longestName = 250

  private static func check(_ variations: [Variation], _ words: [String]) throws {
    var count = 1
    for (place, variation) in variations.enumerated() {
      let option = "--\(variation.name)"
      guard !variations[..<place].contains(where: { $0.name == variation.name }) else {
        throw UsageError(
          description:
            "--vary \(variation.name) is given twice; give all its values in one list")
      }
      guard !words.contains(where: { $0 == option || $0.hasPrefix("\(option)=") }) else {
        throw UsageError(description: "\(option) is both given and varied; leave one of them out")
      }
      count *= variation.values.count
      guard count <= Variation.maximumCount else {
        throw UsageError(
          description:
            "--vary makes more than \(Variation.maximumCount) runs; give fewer values")
      }
    }
  }

  private static func combinations(of variations: [Variation]) -> [[String]] {
    variations.reduce([[]]) { begun, variation in
      begun.flatMap { values in variation.values.map { values + [$0] } }
    }
  }

  /// A value as part of a file's name: characters that a path or a shell reads are escaped, so that
  /// different values have different names.
  private static func fileName(_ value: String) -> String {
    value.addingPercentEncoding(withAllowedCharacters: plain) ?? value
  }

  private static let plain = CharacterSet(
    charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.:+")

  private static func settings(
    _ words: [String], of model: any GenerativeModel, named name: String
  ) throws -> RunSettings {
    do {
      let options = try TrainCommand.parse(words).options
      try options.check(for: model)
      return options.settings(over: RunSettings(for: model), for: model)
    } catch {
      throw UsageError(description: "\(name): \(TrainCommand.message(for: error))")
    }
  }

  /// Returns the words of a sweep's command line that belong to `train`: the model and the options
  /// that all runs have.
  ///
  /// - Parameters:
  ///   - words: The words after `gputrain sweep`.
  ///   - options: The sweep's own options that take a value.
  ///   - flags: The sweep's own options that take none.
  static func trainWords(
    of words: some Sequence<String>, without options: [String], _ flags: [String]
  ) -> [String] {
    var (kept, rest) = ([String](), Array(words)[...])
    while let word = rest.popFirst() {
      if word == "--" { return kept + [word] + rest }
      if flags.contains(word) { continue }
      guard options.contains(String(word.prefix { $0 != "=" })) else {
        kept.append(word)
        continue
      }
      if !word.contains("=") { rest = rest.dropFirst() }
    }
    return kept
  }
}
