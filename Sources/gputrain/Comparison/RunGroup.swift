/// Runs whose settings differ only in the seed, the device and what no result depends on.
struct RunGroup {
  /// A letter, for the headings of tables.
  let letter: String
  /// The run's name, or the settings that distinguish the group from the others.
  let name: String
  let runs: [ComparedRun]

  /// The letter with the end of the name, for legends.
  var label: String { "\(letter)  \(Self.shortened(name, to: 40))" }

  /// Whether two of its runs have the same seed and device.
  var repeatsTrainings: Bool {
    let trainings = runs.map { ["\($0.record.settings.seed)", $0.record.settings.device] }
    return Set(trainings).count < trainings.count
  }

  /// Sorts runs into groups, in the order of their first runs.
  static func groups(of runs: [ComparedRun], by settings: [ComparedSetting]) -> [RunGroup] {
    let separating = settings.filter(\.separates)
    let kinds = kinds(of: runs, by: separating)
    let named = kinds.count < runs.count ? distinguishing(kinds, among: separating) : []
    return kinds.enumerated().map { place, members in
      let first = members[0]
      let words = named.map { setting in
        let value = shortened(setting.values[first])
        return setting.name == "model" ? value : "\(setting.name) \(value)"
      }
      let name =
        kinds.count == runs.count
        ? runs[first].name
        : words.isEmpty ? runs[first].record.settings.model : words.joined(separator: ", ")
      return RunGroup(letter: letter(place), name: name, runs: members.map { runs[$0] })
    }
  }

  /// The places of the runs of each group.
  private static func kinds(of runs: [ComparedRun], by settings: [ComparedSetting]) -> [[Int]] {
    var places: [[String]: Int] = [:]
    return runs.indices.reduce(into: []) { kinds, run in
      let values = settings.map { $0.values[run] }
      if let place = places[values] { return kinds[place].append(run) }
      places[values] = kinds.count
      kinds.append([run])
    }
  }

  /// The first settings that suffice to distinguish the groups.
  private static func distinguishing(
    _ kinds: [[Int]], among settings: [ComparedSetting]
  ) -> [ComparedSetting] {
    var (chosen, count) = ([ComparedSetting](), 1)
    for setting in settings where count < kinds.count {
      let values = kinds.map { kind in (chosen + [setting]).map { $0.values[kind[0]] } }
      let distinct = Set(values).count
      if distinct > count { (chosen, count) = (chosen + [setting], distinct) }
    }
    return chosen
  }

  /// The end of a long value, such as a path.
  static func shortened(_ value: String, to count: Int = 24) -> String {
    value.count <= count ? value : "…" + value.suffix(count - 1)
  }

  /// A, B, … Z, AA, AB, …
  private static func letter(_ place: Int) -> String {
    let last = Character(Unicode.Scalar(UInt8(ascii: "A") + UInt8(place % 26)))
    return (place < 26 ? "" : letter(place / 26 - 1)) + String(last)
  }
}
