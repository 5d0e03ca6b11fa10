extension RunComparison {
  /// The evaluations, a row for each quantity; nil if no run has one.
  var evaluationTable: ComparisonTable? {
    let evaluated = groups.map { group in (group, group.runs.compactMap(\.evaluation)) }
      .filter { !$0.1.isEmpty }
    let all = evaluated.flatMap(\.1)
    guard !all.isEmpty else { return nil }
    let quantities = Quantity.allCases.filter { quantity in
      quantity != .kernelDistanceStandardError && all.contains { $0.values[quantity] != nil }
    }
    func column(_ heading: String, _ head: [String], _ cell: (Quantity) -> String?)
      -> TextTable.Column
    {
      TextTable.Column(
        heading: heading, cells: head + quantities.map { cell($0) ?? "" }, rank: 0)
    }
    let columns = evaluated.map { group, evaluations in
      let share = group.runs.count == 1 ? "" : "\(evaluations.count) of \(group.runs.count)"
      let epochs = Set(evaluations.map { $0.epoch.map(String.init) ?? "?" }).sorted()
      return column(group.letter, [share, epochs.joined(separator: ", ")]) { quantity in
        Spread(evaluations.map { $0.values[quantity] })?.text
      }
    }
    return ComparisonTable(
      title: "Evaluation",
      explanation: Self.caution(all),
      table: TextTable(
        [column("", ["runs evaluated", "after epoch"]) { $0.name }]
          + [column("better", ["", ""]) { $0.better?.rawValue }] + columns
          + [
            column("real images", ["", ""]) { quantity in
              Spread(all.map { $0.baseline[quantity] }).map { RunOverview.text($0.mean) }
            }
          ]),
      isContinued: true)
  }

  /// Warns if the evaluations differ in something that should be equal; empty if they do not.
  private static func caution(_ evaluations: [Evaluation]) -> String {
    func differs<Value: Equatable>(_ value: (Evaluation) -> Value) -> Bool {
      evaluations.contains { value($0) != value(evaluations[0]) }
    }
    let parts = [
      (differs(\.dataSha256), "data"), (differs(\.samples), "number of images"),
      (differs(\.classifier), "classifier"), (differs(\.epoch), "epoch"),
    ].filter(\.0).map(\.1)
    return parts.isEmpty
      ? "" : "Careful: the evaluations differ in their \(parts.joined(separator: ", "))."
  }
}
