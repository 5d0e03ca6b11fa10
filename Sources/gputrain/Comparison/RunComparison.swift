import Foundation

/// A comparison of runs: in which settings they differ, and how good they are after equal epochs.
/// Nothing in it depends on when, how fast and in how many parts they were trained, except for
/// `speed`.
struct RunComparison {
  /// The runs whose records can be read.
  let runs: [ComparedRun]
  /// The settings in which they differ.
  let settings: [ComparedSetting]
  let groups: [RunGroup]
  /// The epoch after which results are compared: the last that all runs have, without those that
  /// diverged, lost epochs or have none; nil if no run has an epoch.
  let epoch: Int?
  /// Whether the epoch is the last that all runs have, and not one that the user chose.
  let isLastOfAll: Bool
  /// What was left out, and why.
  let notes: [String]

  /// Reads runs from their folders. A folder that cannot be read becomes a note.
  ///
  /// - Parameters:
  ///   - folders: The paths of the folders. One that is named twice counts once.
  ///   - epoch: The epoch after which results are compared; nil for the last that all have.
  init(of folders: [String], after epoch: Int? = nil) {
    var (runs, notes, seen) = ([ComparedRun](), [String](), Set<String>())
    for path in folders where seen.insert(Self.place(path)).inserted {
      do {
        runs.append(try ComparedRun(of: RunFolder(path: path, startOver: "train it again")))
      } catch {
        notes.append("\(path) is left out: \(error)")
      }
    }
    let names = Self.names(of: runs.map(\.path))
    for index in runs.indices { runs[index].name = RunGroup.shortened(names[index], to: 40) }
    let counting = runs.filter { $0.epochs > 0 && $0.epochDiverged == nil && !$0.isCut }
    let common = epoch ?? (counting.isEmpty ? runs : counting).map(\.epochs).filter { $0 > 0 }.min()
    self.runs = runs
    settings = ComparedSetting.differences(of: runs)
    groups = RunGroup.groups(of: runs, by: settings)
    self.epoch = common
    isLastOfAll = epoch == nil
    self.notes =
      notes + runs.flatMap { Self.notes(on: $0, after: common) }
      + groups.filter(\.repeatsTrainings).map {
        "group \($0.letter) has a seed more than once on one device, which gives the same numbers"
      }
  }

  private static func place(_ path: String) -> String {
    URL(fileURLWithPath: path).resolvingSymlinksInPath().standardized.path
  }

  /// Paths without the folders that all have in common.
  private static func names(of paths: [String]) -> [String] {
    let parts = paths.map { $0.split(separator: "/", omittingEmptySubsequences: true) }
    let most = (parts.map(\.count).min() ?? 1) - 1
    let common = (0..<max(most, 0)).prefix { place in
      parts.allSatisfy { $0[place] == parts[0][place] }
    }.count
    return zip(paths, parts).map { path, parts in
      common == 0 ? path : parts.dropFirst(common).joined(separator: "/")
    }
  }

  private static func notes(on run: ComparedRun, after epoch: Int?) -> [String] {
    var notes: [String] = []
    if let problem = run.problem { notes.append("\(run.path): \(problem)") }
    if let epoch = run.epochDiverged {
      notes.append("\(run.path) diverged in epoch \(epoch)")
    } else if run.epochs == 0, run.problem == nil {
      notes.append("\(run.path) has no epoch yet")
    } else if let epoch, run.epochs > 0, run.epochs < epoch {
      notes.append("\(run.path) has only \(run.epochs) of \(epoch) epochs, so it is left out")
    }
    return notes
  }

  /// The comparison as text: the groups, their settings, results and evaluations.
  ///
  /// - Parameter width: The characters of a line; nil for any.
  func lines(width: Int?) -> [String] {
    runs.isEmpty
      ? [] : text(of: [groupsTable, settingsTable] + resultTables + [evaluationTable], width)
  }

  /// The speed of the runs as text.
  func speedLines(width: Int?) -> [String] { text(of: [speedTable], width) }

  private func text(of tables: [ComparisonTable?], _ width: Int?) -> [String] {
    tables.compactMap(\.self).map { $0.lines(width: width) }.joined(separator: [""])
      .map(\.escapingControlCharacters)
  }
}
