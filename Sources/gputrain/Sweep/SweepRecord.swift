import Foundation

/// The content of sweep.json: the version, command line and settings that a sweep began with.
struct SweepRecord: Codable, Equatable {
  /// The version of gputrain.
  let version: String
  /// The words of the command line.
  let command: [String]
  let vary: [Variation]
  /// The name of the first combination.
  let firstRun: String
  /// The settings of that run.
  let settings: RunSettings

  init(_ plan: SweepPlan, first: SweepRun, command: [String]) {
    (version, vary, self.command) = (Version.current, plan.variations, command)
    (firstRun, settings) = (first.name, first.settings)
  }

  /// Reads the file's content.
  ///
  /// - Throws: `DecodingError` if it is not a record.
  init(parsing text: [UInt8]) throws {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    self = try decoder.decode(SweepRecord.self, from: Data(text))
  }

  /// Says what makes a plan another sweep than this one; nil if it continues this one. More values
  /// may vary, and settings may change as in a run that is resumed.
  func contradiction(of plan: SweepPlan) -> String? {
    let (own, asked) = (vary.map(\.name), plan.variations.map(\.name))
    guard own == asked else {
      return "it varies \(own.joined(separator: ", ")), not \(asked.joined(separator: ", "))"
    }
    for (own, asked) in zip(vary, plan.variations) {
      if let value = own.values.first(where: { !asked.values.contains($0) }) {
        return "it has \(own.name)=\(value), which --vary leaves out"
      }
    }
    guard let run = plan.runs.first(where: { $0.name == firstRun }) else {
      return "its first run was \(firstRun)"
    }
    guard run.settings.model == settings.model else {
      return "it is of \(settings.model), not of \(run.settings.model)"
    }
    let changes = settings.changes(in: run.settings)
    return changes.first { $0.isForbidden || $0.rule == .images }.map { change in
      "it was begun with \(change.option) \(change.recorded), not \(change.asked)"
    }
  }
}
