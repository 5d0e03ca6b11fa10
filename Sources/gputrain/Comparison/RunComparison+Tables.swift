import GenerativeModels

extension RunComparison {
  /// What each letter stands for.
  var groupsTable: ComparisonTable {
    ComparisonTable(
      title: hasGroups ? "Groups: runs that differ only in the seed or the device" : "Runs",
      table: TextTable([
        TextTable.Column(heading: "", cells: groups.map(\.letter), rank: 0),
        TextTable.Column(
          heading: "runs", cells: groups.map { hasGroups ? "\($0.runs.count)" : "" },
          isNumeric: true, rank: 0),
        TextTable.Column(
          heading: hasGroups ? "settings" : "run", cells: groups.map(\.name), rank: 0),
      ]))
  }

  /// Whether a group has more than one run.
  var hasGroups: Bool { groups.count < runs.count }

  /// The most groups that are columns of the settings; of more, each is a row.
  private static let mostColumns = 6

  /// The settings that differ; nil if there are no runs.
  var settingsTable: ComparisonTable? {
    guard !runs.isEmpty else { return nil }
    guard !settings.isEmpty else {
      return ComparisonTable(title: "The runs do not differ in their settings.", table: nil)
    }
    let places = Dictionary(
      runs.enumerated().map { ($1.path, $0) }, uniquingKeysWith: { first, _ in first })
    let members = groups.map { group in group.runs.compactMap { places[$0.path] } }
    func cell(_ group: Int, _ setting: ComparedSetting) -> String {
      Self.list(members[group].map { setting.values[$0] })
    }
    let (letters, names) = (groups.map(\.letter), settings.map(\.name))
    func columns(_ first: [String], _ headings: [String], _ cells: [[String]]) -> TextTable {
      TextTable(
        zip([""] + headings, [first] + cells).map {
          TextTable.Column(heading: $0, cells: $1, rank: 0)
        })
    }
    let table =
      groups.count > Self.mostColumns
      ? columns(letters, names, settings.map { one in groups.indices.map { cell($0, one) } })
      : columns(names, letters, groups.indices.map { group in settings.map { cell(group, $0) } })
    return ComparisonTable(title: "Settings that differ", table: table, isContinued: true)
  }

  /// The values of a group: all, or the first and the last with their number.
  private static func list(_ values: [String]) -> String {
    let distinct = values.reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
    let all = distinct.joined(separator: ", ")
    guard distinct.count > 2, all.count > 24 else {
      return distinct.count == 1 ? RunGroup.shortened(all) : all
    }
    return "\(distinct[0]) … \(distinct[distinct.count - 1]) (\(distinct.count))"
  }

  // MARK: - Results

  /// The losses and accuracies, a table for each kind of model: rows of groups, then of their runs.
  var resultTables: [ComparisonTable] {
    guard let epoch else {
      return [ComparisonTable(title: "No run has an epoch yet.", table: nil)]
    }
    let kinds = groups.map(\.metrics).filter { !$0.isEmpty }
      .reduce(into: [[String]]()) { if !$0.contains($1) { $0.append($1) } }
    let isLess = isLastOfAll && runs.contains { $0.epochs > epoch }
    let title = "After epoch \(epoch)" + (isLess ? ", the last that all have" : "")
    return kinds.flatMap { metrics in
      let own = groups.filter { $0.metrics == metrics }
      let several = own.contains { $0.runs.count > 1 }
      let single = own.flatMap { group in
        group.runs.map { Row(letter: group.letter, name: $0.name, runs: [$0]) }
      }
      let runsTable = ComparisonTable(
        title: several ? "Each run after epoch \(epoch)" : title,
        explanation: several ? "" : Self.explanation(of: metrics),
        table: Self.table(single, ofGroups: false, metrics, epoch))
      guard several else { return [runsTable] }
      let rows = own.map { Row(letter: $0.letter, name: $0.name, runs: $0.runs) }
      return [
        ComparisonTable(
          title: title + ": mean ± standard deviation",
          explanation: Self.explanation(of: metrics),
          table: Self.table(rows, ofGroups: true, metrics, epoch)),
        runsTable,
      ]
    }
  }

  private static func explanation(of metrics: [String]) -> String {
    let percent = Int(TrainingWarning.winningAccuracy * 100)
    return metrics.contains("d_loss")
      ? "D won: D recognized over \(percent) % of the images and of the fakes through an epoch."
      : ""
  }

  /// A group or one of its runs.
  private struct Row {
    let letter: String
    let name: String
    let runs: [ComparedRun]
  }

  /// The metrics in the order of their columns; a narrow table leaves out the last ones first.
  private static let mostImportant = [
    "val_loss", "d_loss", "g_loss", "train_loss", "real_accuracy", "fake_accuracy",
    "val_reconstruction", "val_kl", "train_reconstruction", "train_kl", "d_loss_real",
    "d_loss_fake",
  ]

  private static func table(
    _ rows: [Row], ofGroups isOfGroups: Bool, _ metrics: [String], _ epoch: Int
  ) -> TextTable {
    func column(
      _ heading: String, rank: Int, isNumeric: Bool = true, _ cell: (Row) -> String?
    ) -> TextTable.Column {
      TextTable.Column(
        heading: heading, cells: rows.map { cell($0) ?? "" }, isNumeric: isNumeric, rank: rank)
    }
    let isGAN = metrics.contains("d_loss")
    return TextTable(
      [
        column("", rank: 0, isNumeric: false) { $0.letter },
        column("", rank: 3, isNumeric: false) { $0.name },
        column("runs", rank: 1) { isOfGroups ? counted($0, epoch) : nil },
        column("seed", rank: 20) { isOfGroups ? nil : "\($0.runs[0].record.settings.seed)" },
        column("epochs", rank: 20) { isOfGroups ? nil : epochs(of: $0.runs[0]) },
        column("diverged", rank: 2) { row in
          isOfGroups ? diverged(row.runs) : row.runs[0].epochDiverged.map { "epoch \($0)" }
        },
        column("D won", rank: 2) { row in
          guard isGAN else { return nil }
          if isOfGroups { return lost(row.runs, upTo: epoch) }
          return row.runs[0].epochLost(upTo: epoch).map { "epoch \($0)" } ?? "no"
        },
        column("lowest val_loss", rank: 2) { best(of: $0.runs, upTo: epoch) },
      ]
        + mostImportant.filter(metrics.contains).enumerated().map { place, metric in
          column(metric, rank: 4 + place) { row in
            Spread(row.runs.map { $0.value(metric, after: epoch) })?.text
          }
        })
  }

  /// The number of runs that have the epoch, and of all runs if some do not.
  private static func counted(_ row: Row, _ epoch: Int) -> String? {
    let count = row.runs.count { $0.epochs >= epoch }
    return count == row.runs.count ? "\(count)" : "\(count) of \(row.runs.count)"
  }

  private static func epochs(of run: ComparedRun) -> String {
    "\(run.epochs)/\(run.record.settings.epochs)"
  }

  /// The mean of the lowest validation losses, and the epochs that have them.
  private static func best(of runs: [ComparedRun], upTo epoch: Int) -> String? {
    let best = runs.filter { $0.epochs >= epoch }.compactMap { $0.best(upTo: epoch) }
    guard let spread = Spread(best.map(\.value)), let first = best.map(\.epoch).min(),
      let last = best.map(\.epoch).max()
    else { return nil }
    return "\(spread.text) @\(first)" + (first == last ? "" : "-\(last)")
  }

  /// The number of runs in which the discriminator won, as `train` warns.
  private static func lost(_ runs: [ComparedRun], upTo epoch: Int) -> String? {
    let count = runs.count { $0.epochLost(upTo: epoch) != nil }
    return "\(count) of \(runs.count { $0.epochs > 0 })"
  }

  /// The number of runs that diverged; nil if none did.
  private static func diverged(_ runs: [ComparedRun]) -> String? {
    let count = runs.count { $0.epochDiverged != nil }
    return count == 0 ? nil : "\(count) of \(runs.count)"
  }
}

extension RunGroup {
  /// The metrics that one of its runs has, in the order of `ComparedRun.metricNames`.
  var metrics: [String] {
    ComparedRun.metricNames.filter { name in runs.contains { $0.curves[name] != nil } }
  }
}
